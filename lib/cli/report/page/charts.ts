/**
 * Runs in the page of a report: draws its charts with uPlot, again when the width or the colours change, and for print.
 * It is a script and no module: the page has it after uPlot, which defines `uPlot`.
 */

interface Chart {
  readonly x: readonly number[]
  readonly xLabel: string
  readonly yLabel: string
  readonly series: readonly {
    readonly name: string
    readonly color: number
    readonly style: 'line' | 'dashed' | 'points' | 'both'
    readonly y: readonly (number | null)[]
  }[]
  readonly isLog?: boolean
  readonly range?: readonly [number, number]
  readonly canZoom?: boolean
  readonly mark?: { readonly x: number }
}

interface Size {
  readonly width: number
  readonly height: number
  readonly hasLabels: boolean
}

function drawCharts(): void {
  const root = document.documentElement
  /** Width and height of printed charts: those of the style sheet (lib/page/style.ts). */
  const PRINTED = { wide: [640, 220], small: [310, 150], square: [300, 300] } as const
  const GAP = 4

  const colorOf = (name: string): string => getComputedStyle(root).getPropertyValue(`--${name}`).trim()
  const shown = (value: number): string => String(Number(value.toPrecision(4)))

  /** @param factor how much larger everything is drawn: 2 for print, where the style sheet shrinks it to be sharp */
  function optionsOf(chart: Chart, { width, height, hasLabels }: Size, factor: number, tell: (text: string) => void) {
    const font = `${12 * factor}px system-ui, sans-serif`
    const axis = (label: string, size: number): uPlot.Axis => ({
      ...{ font, labelFont: font, stroke: colorOf('muted'), gap: GAP * factor, space: 50 * factor },
      ...{ size: size * factor, labelSize: 18 * factor, label: hasLabels ? label : undefined },
      grid: { stroke: colorOf('grid'), width: factor },
      ticks: { stroke: colorOf('grid'), width: factor, size: 5 * factor },
    })
    const range = chart.range === undefined ? {} : { range: [chart.range[0], chart.range[1]] as [number, number] }
    const options: uPlot.Options = {
      width: width * factor,
      height: height * factor,
      padding: [8 * factor, 12 * factor, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: chart.canZoom === true, y: false }, points: { show: chart.canZoom === true } },
      scales: { x: { time: false, ...range }, y: { distr: chart.isLog === true ? 3 : 1, ...range } },
      axes: [axis(chart.xLabel, 30), axis(chart.yLabel, 52)],
      series: [{}, ...chart.series.map((series) => seriesOf(series, factor))],
      hooks: {
        draw: [(plot) => drawMark(plot, chart, factor)],
        setCursor: [({ cursor }) => tell(readout(chart, cursor.idx))],
      },
    }
    return options
  }

  function seriesOf({ name, color, style }: Chart['series'][number], factor: number): uPlot.Series {
    const stroke = colorOf(`color-${color}`)
    const hasPoints = style === 'points' || style === 'both'
    const size = (style === 'both' ? 8 : 5) * factor
    return {
      label: name,
      stroke,
      width: 2 * factor,
      spanGaps: false,
      ...(style === 'points' ? { paths: () => null } : {}),
      ...(style === 'dashed' ? { dash: [6 * factor, 5 * factor], width: 1.5 * factor } : {}),
      // Points of many rows are translucent, so that dense places are darker.
      points: hasPoints
        ? { show: true, size, space: 0, width: 0, fill: style === 'points' ? `${stroke}99` : stroke }
        : { show: false },
    }
  }

  function drawMark(plot: uPlot, { mark }: Chart, factor: number): void {
    if (mark === undefined) return
    const { ctx, bbox } = plot
    const x = Math.round(plot.valToPos(mark.x, 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) return
    ctx.save()
    ctx.strokeStyle = colorOf('mark')
    ctx.lineWidth = 1.5 * factor * devicePixelRatio
    ctx.setLineDash([4 * factor * devicePixelRatio, 4 * factor * devicePixelRatio])
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.restore()
  }

  /** The values below the pointer. */
  function readout({ x, xLabel, series }: Chart, place: number | null | undefined): string {
    if (place === null || place === undefined) return ''
    const values = series
      .filter(({ style, y }) => style !== 'dashed' && y[place] !== null)
      .map(({ name, y }) => `${name} ${shown(y[place] as number)}`)
    return values.length === 0 ? '' : [`${xLabel} ${shown(x[place])}`.trim(), ...values].join(' · ')
  }

  function printedSize(element: HTMLElement): readonly [width: number, height: number] {
    if (element.closest('.small') !== null) return PRINTED.small
    return element.closest('.square') !== null ? PRINTED.square : PRINTED.wide
  }

  /** Returns the function that draws the chart of an element. */
  function chartIn(element: HTMLElement): () => void {
    const chart: Chart = JSON.parse(element.nextElementSibling?.textContent ?? '')
    const output = element.parentElement?.querySelector('.readout')
    const data = [chart.x, ...chart.series.map(({ y }) => y)] as unknown as uPlot.AlignedData
    const tell = (text: string): void => {
      if (output) output.textContent = text
    }
    let plot: uPlot | null = null
    return () => {
      const isPrinted = 'printed' in root.dataset
      const { clientWidth, clientHeight } = element
      const [width, height] = isPrinted ? printedSize(element) : [clientWidth, clientHeight]
      // The caption of a small chart is its x-axis.
      const hasLabels = element.closest('.small') === null
      const size: Size = { width, height, hasLabels }
      plot?.destroy()
      plot = new uPlot(optionsOf(chart, size, isPrinted ? 2 : 1, tell), data, element)
    }
  }

  const elements = [...document.querySelectorAll<HTMLElement>('.plot')]
  const draws = new Map(elements.map((element) => [element as Element, chartIn(element)]))
  const drawAll = (): void => {
    for (const draw of draws.values()) draw()
  }
  const widths = new Map<Element, number>()
  // It reports each element once at the beginning.
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if ('printed' in root.dataset || widths.get(target) === target.clientWidth) continue
      widths.set(target, target.clientWidth)
      draws.get(target)?.()
    }
  })
  for (const element of elements) observer.observe(element)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)
  addEventListener('beforeprint', () => {
    root.dataset.printed = ''
    drawAll()
  })
  addEventListener('afterprint', () => {
    delete root.dataset.printed
    drawAll()
  })
}

drawCharts()
