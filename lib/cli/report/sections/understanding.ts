/** Which columns matter, and how predictions depend on single columns. */
import { shortened } from '../../../checks/words.js'
import { chartFigure, type Series, spread } from '../parts/chart.js'
import type { Dependence, Importance, ReportData } from '../parts/data.js'
import { dataText, type Html, type HtmlValue, html } from '../parts/html.js'
import { shownNumber } from '../parts/numbers.js'
import { andMore, table } from '../parts/table.js'
import { bar, type Section } from './section.js'

const MAX_COLUMNS = 30
const MAX_CATEGORIES = 20
const MAX_SERIES = 5
const MAX_CHARTS = 12
const MAX_POINTS = 200
const TABLE_ROWS = 12

export function importanceSection({ importance }: ReportData): Section | null {
  if (importance === undefined || importance.columns.length === 0) return null
  return { id: 'importance', title: 'Importance of the columns', content: importanceTable(importance) }
}

export function dependenceSection({ dependence = [] }: ReportData): Section | null {
  const shown = dependence.filter(({ values }) => values.length > 0).slice(0, MAX_CHARTS)
  if (shown.length === 0) return null
  const content = [
    html`<p>The mean prediction over the rows, where the column has the same value in all of them.</p>\n`,
    html`<div class="charts">${shown.map((one) => (isNumeric(one) ? curveOf(one) : tableOf(one)))}</div>\n`,
  ]
  return { id: 'dependence', title: 'Predictions by single columns', content }
}

function importanceTable({ score, columns }: Importance): HtmlValue {
  const most = columns.reduce((max, { mean }) => Math.max(max, mean), 0)
  const body = columns.slice(0, MAX_COLUMNS).map(({ name, mean, deviation }) => {
    const spread = deviation === undefined ? null : html` <span class="muted">± ${shownNumber(deviation)}</span>`
    return [dataText(name), bar(most > 0 ? mean / most : 0), html`${shownNumber(mean)}${spread}`]
  })
  const caption = `How much ${score} gets worse where the values of a column are permuted`
  return [
    table({ caption, head: ['column', 'size', 'change'], body, isNumber: (i) => i === 2, className: 'bars' }),
    andMore(columns.length, MAX_COLUMNS, 'columns'),
  ]
}

type Numeric = Dependence & { readonly values: readonly number[] }

const isNumeric = (one: Dependence): one is Numeric => typeof one.values[0] === 'number'

function curveOf({ column, values, series }: Numeric): Html {
  const places = spread(values.length, MAX_POINTS)
  const shown = series.slice(0, MAX_SERIES)
  const last = values.length - 1
  const told = shown.map(
    ({ name, means }) => `${name} goes from ${shownNumber(means[0])} to ${shownNumber(means[last])}.`,
  )
  return chartFigure({
    caption: html`${dataText(column)}`,
    alternative: `Line chart from ${shownNumber(values[0])} to ${shownNumber(values[last])}. ${told.join(' ')}`,
    chart: {
      x: places.map((i) => values[i]),
      xLabel: shortened(column),
      yLabel: '',
      series: shown.map(({ name, means }, i) => ({
        name,
        color: (i % 5) as Series['color'],
        style: 'line',
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
    .map((value, i) => [dataText(String(value)), ...shown.map(({ means }) => shownNumber(means[i]))])
  const head = [dataText(column), ...shown.map(({ name }) => dataText(name))]
  const caption = `Mean prediction by ${shortened(column)}`
  return html`<div>${table({ caption, head, body, isNumber: (i) => i > 0 })}${andMore(values.length, MAX_CATEGORIES, 'values')}</div>`
}
