/** Which columns matter, and how predictions depend on single columns. */
import { shortened } from '../../../checks/words.js'
import { dataText, type Html, type HtmlValue, html } from '../../../page/html.js'
import { counted, shownNumber } from '../../../page/numbers.js'
import { bar, type Section } from '../../../page/section.js'
import { andMore, table } from '../../../page/table.js'
import { chartFigure, type Series, spread } from '../parts/chart.js'
import type { Dependence, ReportData, TargetReport } from '../parts/data.js'

const MAX_COLUMNS = 30
const MAX_CATEGORIES = 20
/** Significant digits of a fall or a prediction, and of a deviation. */
const [MEAN_DIGITS, DEVIATION_DIGITS] = [3, 2]
const MAX_SERIES = 5
/** Tables of more series are as wide as the page. */
const NARROW = 3
const MAX_CHARTS = 12
const MAX_POINTS = 200
const TABLE_ROWS = 12

export function importanceSection({ targets }: ReportData): Section | null {
  const shown = targets.filter(({ importance }) => importance !== undefined && importance.columns.length > 0)
  if (shown.length === 0) return null
  const content = shown.map((target) => importanceTable(target, targets.length > 1))
  return { id: 'importance', title: 'Importance of the columns', content }
}

export function dependenceSection({ targets }: ReportData): Section | null {
  const shown = targets.map((target) => ({ ...target, dependence: withValues(target) }))
  if (shown.every(({ dependence }) => dependence.length === 0)) return null
  const headed = shown.map(({ name, dependence }) => [
    targets.length > 1 && dependence.length > 0 ? html`<h3>${dataText(name)}</h3>\n` : null,
    html`<div class="charts">${dependence.map((one) => (isNumeric(one) ? curveOf(one) : tableOf(one)))}</div>\n`,
  ])
  const content = [html`<p>The mean prediction over rows in which the column has the same value.</p>\n`, headed]
  return { id: 'dependence', title: 'Predictions by single columns', content }
}

const withValues = ({ dependence = [] }: TargetReport): Dependence[] =>
  dependence.filter(({ values }) => values.length > 0).slice(0, MAX_CHARTS)

function importanceTable({ name: target, importance }: TargetReport, hasName: boolean): HtmlValue {
  if (importance === undefined) return null
  const { score, rows, columns, notPermuted } = importance
  const most = columns.reduce((max, { mean }) => Math.max(max, mean), 0)
  const body = columns.slice(0, MAX_COLUMNS).map(({ name, mean, deviation }) => {
    const around =
      deviation === undefined ? null : html` <span class="muted">± ${rounded(deviation, DEVIATION_DIGITS)}</span>`
    return [dataText(name), bar(most > 0 ? mean / most : 0), html`${rounded(mean, MEAN_DIGITS)}${around}`]
  })
  const of = hasName ? ` of ${shortened(target)}` : ''
  const caption = `How much the ${score}${of} falls where the values of a column are permuted in ${counted(rows, 'row')}`
  const rest = html`<p class="note">${notPermuted} more columns were not permuted.</p>\n`
  return [
    table({ caption, head: ['column', 'size', 'fall'], body, isNumber: (i) => i === 2, className: 'bars' }),
    andMore(columns.length, MAX_COLUMNS, 'columns'),
    notPermuted > 0 ? rest : null,
  ]
}

const rounded = (value: number, digits: number): string => shownNumber(Number(value.toPrecision(digits)))

type Numeric = Dependence & { readonly values: readonly number[] }

const isNumeric = (one: Dependence): one is Numeric => typeof one.values[0] === 'number'

function curveOf({ column, values, series }: Numeric): Html {
  const places = spread(values.length, MAX_POINTS)
  const shown = series.slice(0, MAX_SERIES)
  const last = values.length - 1
  const told = shown.map(
    ({ name, means }) => `${shortened(name)} goes from ${shownNumber(means[0])} to ${shownNumber(means[last])}.`,
  )
  return chartFigure({
    caption: html`${dataText(column)}`,
    alternative: `Line chart from ${shownNumber(values[0])} to ${shownNumber(values[last])}. ${told.join(' ')}`,
    chart: {
      x: places.map((i) => values[i]),
      xLabel: shortened(column),
      yLabel: '',
      series: shown.map(({ name, means }, i) => ({
        name: shortened(name),
        color: (i % 5) as Series['color'],
        style: places.length === 1 ? 'both' : 'line',
        y: places.map((i) => means[i]),
      })),
    },
    tableRows: spread(places.length, TABLE_ROWS),
    shape: 'small',
  })
}

function tableOf({ column, values, series }: Dependence): Html {
  const shown = series.slice(0, MAX_SERIES)
  const body = values
    .slice(0, MAX_CATEGORIES)
    .map((value, i) => [dataText(String(value)), ...shown.map(({ means }) => rounded(means[i], MEAN_DIGITS))])
  const head = [dataText(column), ...shown.map(({ name }) => dataText(name))]
  const caption = `Mean prediction by ${shortened(column)}`
  const more = andMore(values.length, MAX_CATEGORIES, 'values')
  return html`<div${shown.length > NARROW ? html` class="wide"` : null}>${table({ caption, head, body, isNumber: (i) => i > 0 })}${more}</div>`
}
