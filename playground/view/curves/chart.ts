/** The charts, in the colours of the style sheet. */
import uPlot from 'uplot'
import { colourOf } from '../colours.js'

export type Columns = Float64Array[]

/** The pixels of a dash and of the gap after it: validation has dashes, so that it differs without colours, too. */
const DASHES = [7, 4]
const FONT = '12px system-ui, sans-serif'

interface ChartOptions {
  readonly height: number
  /** The text at the vertical axis. */
  readonly label: string
  /** Whether there are the smallest and the largest values of the members: four more columns. */
  readonly hasBands: boolean
  /** The bounds of the vertical axis, if they are fixed. */
  readonly range?: [number, number]
}

/** A chart of the columns epochs, training and validation, then the bands: low and high of both. */
export function newChart(host: HTMLElement, { height, label, hasBands, range }: ChartOptions): uPlot {
  const axis = (name: string, size: number): uPlot.Axis => ({
    stroke: () => colourOf('--muted'),
    grid: { stroke: () => colourOf('--line'), width: 1 },
    ticks: { stroke: () => colourOf('--line'), width: 1 },
    font: FONT,
    labelFont: FONT,
    label: name,
    labelSize: 18,
    size,
  })
  const line = (colour: string, dash: number[]): uPlot.Series => ({
    stroke: () => colourOf(colour),
    width: 2,
    dash,
    points: { show: false },
  })
  const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } }
  const band = (low: number, colour: string): uPlot.Band => ({
    series: [low + 1, low],
    fill: () => `${colourOf(colour)}38`,
  })
  return new uPlot(
    {
      width: host.clientWidth,
      height,
      padding: [8, 12, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false }, y: range === undefined ? {} : { range } },
      axes: [axis('epoch', 30), axis(label, 52)],
      series: [{}, line('--text', []), line('--fourth', DASHES), ...(hasBands ? Array(4).fill(edge) : [])],
      bands: hasBands ? [band(3, '--text'), band(5, '--fourth')] : [],
    },
    Array.from({ length: hasBands ? 7 : 3 }, () => new Float64Array(0)) as Columns as uPlot.AlignedData,
    host,
  )
}
