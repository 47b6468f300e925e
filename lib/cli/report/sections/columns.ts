/** What each input column became, and which ones the model does not use. */

import { dataText, type Html, type HtmlValue } from '../../../page/html.js'
import { shownNumber } from '../../../page/numbers.js'
import type { Section } from '../../../page/section.js'
import { andMore, table } from '../../../page/table.js'
import type { DroppedColumn, ReportColumn, ReportData } from '../parts/data.js'

/** The most rows of a table of columns. */
const MAX_SHOWN = 200
const MAX_ENCODING = 300

export function columnsSection({ columns, dropped = [] }: ReportData): Section | null {
  if (columns.length === 0 && dropped.length === 0) return null
  return { id: 'columns', title: 'Columns', content: [usedTable(columns), droppedTable(dropped)] }
}

function usedTable(columns: readonly ReportColumn[]): HtmlValue {
  if (columns.length === 0) return null
  const hasMissing = columns.some(({ missing }) => missing !== undefined)
  const missingOf = ({ missing }: ReportColumn): HtmlValue[] =>
    hasMissing ? [missing === undefined ? '' : shownNumber(missing)] : []
  const body = columns
    .slice(0, MAX_SHOWN)
    .map((column): (string | Html)[] => [
      dataText(column.name),
      column.type,
      shownNumber(column.inputs),
      ...(missingOf(column) as string[]),
      dataText(column.encoding, MAX_ENCODING),
    ])
  const head = ['column', 'type', 'inputs', ...(hasMissing ? ['missing'] : []), 'encoding']
  const last = head.length - 1
  return [
    table({
      caption: 'What each column became',
      head,
      body,
      isNumber: (i) => i > 1 && i < last,
      className: 'columns',
      isStacked: true,
      isTall: true,
    }),
    andMore(columns.length, MAX_SHOWN, 'columns'),
  ]
}

function droppedTable(dropped: readonly DroppedColumn[]): HtmlValue {
  if (dropped.length === 0) return null
  const body = dropped.slice(0, MAX_SHOWN).map(({ name, reason }) => [dataText(name), dataText(reason, MAX_ENCODING)])
  return [
    table({ caption: 'Columns that are not used', head: ['column', 'reason'], body, isStacked: true }),
    andMore(dropped.length, MAX_SHOWN, 'columns'),
  ]
}
