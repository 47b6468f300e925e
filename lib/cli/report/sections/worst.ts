/** The rows whose predictions are furthest from the truth. */
import { shortened } from '../../../checks/words.js'
import { dataText, type HtmlValue, html } from '../../../page/html.js'
import type { Section } from '../../../page/section.js'
import { table } from '../../../page/table.js'
import type { ReportData, TargetReport, WorstRow } from '../parts/data.js'

const MAX_VALUE = 40

export function worstSection({ targets }: ReportData): Section | null {
  const shown = targets.filter(({ worst = [] }) => worst.length > 0)
  if (shown.length === 0) return null
  const content = shown.map((target) => worstTable(target, targets.length > 1))
  return { id: 'worst', title: 'Worst rows', content }
}

function worstTable({ name, worst = [] }: TargetReport, hasName: boolean): HtmlValue {
  const valuesOf = ({ values }: WorstRow) =>
    values.map(
      ([column, value]) =>
        html`<span class="pair">${dataText(column, MAX_VALUE)}: ${dataText(value, MAX_VALUE)}</span> `,
    )
  const body = worst.map((row) => [
    row.row,
    dataText(row.actual, MAX_VALUE),
    dataText(row.predicted, MAX_VALUE),
    row.figure,
    html`${valuesOf(row)}`,
  ])
  const caption = `The rows that were predicted worst${hasName ? `: ${shortened(name)}` : ''}`
  return table({
    caption,
    head: ['row', 'actual', 'predicted', 'how wrong', 'values'],
    body,
    className: 'worst',
    isStacked: true,
    isTall: true,
  })
}
