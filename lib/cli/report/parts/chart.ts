/**
 * A chart of the page: a figure with a text alternative, a key, the data for the script of the page, and the same numbers
 * as a table, for readers without sight, pointer or scripts.
 */
import { type Html, html, jsonText } from '../../../page/html.js'
import { shownNumber } from '../../../page/numbers.js'
import { table } from '../../../page/table.js'

/** What the script of the page draws (page/charts.ts has the same type). */
export interface Chart {
  /** The values of the x-axis, rising. */
  readonly x: readonly number[]
  readonly xLabel: string
  readonly yLabel: string
  readonly series: readonly Series[]
  /** Whether the y-axis is logarithmic. Needs values above 0. */
  readonly isLog?: boolean
  /** Whether both axes have this one range. */
  readonly range?: readonly [low: number, high: number]
  /** Whether a part of the x-axis can be chosen by dragging. */
  readonly canZoom?: boolean
  /** A vertical line. */
  readonly mark?: { readonly x: number; readonly label: string }
}

export interface Series {
  readonly name: string
  /** The number of its colour. */
  readonly color: 0 | 1 | 2 | 3 | 4
  readonly style: 'line' | 'dashed' | 'points' | 'both'
  /** A value for each of x; null leaves a gap. */
  readonly y: readonly (number | null)[]
}

export interface ChartFigure {
  readonly caption: Html
  /** What the chart shows, in a sentence or two. */
  readonly alternative: string
  readonly chart: Chart
  /** The rows of the table, by their place in x; none: no table. */
  readonly tableRows: readonly number[]
  /** `small`: one of several beside each other; `square`: both axes have one unit. */
  readonly shape?: 'small' | 'square'
}

const HINT = html`<p class="hint">Drag over the chart to enlarge a part, double-click to return.</p>`

export function chartFigure({ caption, alternative, chart, tableRows, shape }: ChartFigure): Html {
  const keyOf = ({ name, color, style }: Series) =>
    html`<li><span class="swatch ${style} color-${color}"></span><bdi>${name}</bdi></li>`
  const mark = chart.mark === undefined ? null : html`<li><span class="swatch mark"></span>${chart.mark.label}</li>`
  return html`<figure class="chart${shape === undefined ? '' : ` ${shape}`}">
<figcaption>${caption}</figcaption>
<ul class="key">${chart.series.map(keyOf)}${mark}</ul>
<div class="plot" role="img" aria-label="${alternative}"></div>
<script type="application/json">${jsonText(chart)}</script>
<p class="readout" aria-hidden="true"></p>
${chart.canZoom ? HINT : null}<noscript><p>The chart needs a script; its numbers are below.</p></noscript>
${tableRows.length === 0 ? null : numbers(chart, tableRows)}</figure>
`
}

function numbers({ x, xLabel, series }: Chart, rows: readonly number[]): Html {
  const head = [xLabel, ...series.map(({ name }) => html`<bdi>${name}</bdi>`)]
  const body = rows.map((i) => [shownNumber(x[i]), ...series.map(({ y }) => shown(y[i]))])
  return html`<details><summary>Numbers of this chart</summary>
${table({ caption: 'The numbers of the chart above', head, body, isNumber: () => true })}</details>
`
}

const shown = (value: number | null): string => (value === null ? '' : shownNumber(value))

/** At most `count` of the places 0 … length - 1: the first, the last, and others at equal distances. */
export function spread(length: number, count: number): number[] {
  if (length <= count) return Array.from({ length }, (_, i) => i)
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / (count - 1)))
}
