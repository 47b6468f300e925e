/** Tables of the page. Each scrolls on its own where it is wider than the page. */
import { type Html, type HtmlValue, html } from './html.js'

export interface Table {
  readonly caption: string
  readonly head: readonly HtmlValue[]
  /** The first cell of a row is its heading. */
  readonly body: readonly (readonly HtmlValue[])[]
  /** Whether a column has numbers, which are aligned at the right. */
  readonly isNumber?: (column: number) => boolean
  readonly className?: string
  /** Whether a row becomes a block of its own on a phone, with the headings as words before the cells. */
  readonly isStacked?: boolean
  /** Whether rows have several lines, so that few of them fill a page. */
  readonly isTall?: boolean
}

/** Tables of at most this many rows are printed on one page; longer ones are divided between rows. */
const SHORT = 12

export function table({
  caption,
  head,
  body,
  isNumber = () => false,
  className = '',
  isStacked = false,
  isTall = false,
}: Table): Html {
  const kind = (column: number) => (isNumber(column) ? html` class="number"` : null)
  // A table whose display is another one is no table for screen readers, unless its parts say so.
  const role = (name: string) => (isStacked ? html` role="${name}"` : null)
  const label = (column: number) => (isStacked ? html` data-label="${head[column]}"` : null)
  const headings = head.map((cell, i) => html`<th scope="col"${role('columnheader')}${kind(i)}>${cell}</th>`)
  const rowOf = (row: readonly HtmlValue[]) => html`<tr${role('row')}>${row.map(cellOf)}</tr>
`
  const cellOf = (cell: HtmlValue, i: number) =>
    i === 0
      ? html`<th scope="row"${role('rowheader')}${kind(i)}${label(i)}>${cell}</th>`
      : html`<td${role('cell')}${kind(i)}${label(i)}>${cell}</td>`
  return html`<div class="scroll${body.length <= SHORT && !isTall ? ' short' : ''}" tabindex="0" role="group" aria-label="${caption}">
<table${role('table')} class="${className}${isStacked ? ' stack' : ''}"><caption><span>${caption}</span></caption>
<thead${role('rowgroup')}><tr${role('row')}>${headings}</tr></thead>
<tbody${role('rowgroup')}>
${body.map(rowOf)}</tbody></table></div>
`
}

/** The line below a list that shows only its first entries. */
export const andMore = (total: number, shown: number, what: string): Html | null =>
  total > shown ? html`<p class="note">${total - shown} more ${what} are not shown.</p>` : null
