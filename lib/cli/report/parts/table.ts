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
}

/** Tables of at most this many rows are printed on one page. */
const SHORT = 24

export function table({ caption, head, body, isNumber = () => false, className = '' }: Table): Html {
  const kind = (column: number) => (isNumber(column) ? html` class="number"` : null)
  const headings = head.map((cell, i) => html`<th scope="col"${kind(i)}>${cell}</th>`)
  const rowOf = (row: readonly HtmlValue[]) => html`<tr>${row.map(cellOf)}</tr>
`
  const cellOf = (cell: HtmlValue, i: number) =>
    i === 0 ? html`<th scope="row"${kind(i)}>${cell}</th>` : html`<td${kind(i)}>${cell}</td>`
  return html`<div class="scroll${body.length <= SHORT ? ' short' : ''}" tabindex="0" role="group" aria-label="${caption}">
<table class="${className}"><caption><span>${caption}</span></caption>
<thead><tr>${headings}</tr></thead>
<tbody>
${body.map(rowOf)}</tbody></table></div>
`
}

/** The line below a list that shows only its first entries. */
export const andMore = (total: number, shown: number, what: string): Html | null =>
  total > shown ? html`<p class="note">${total - shown} more ${what} are not shown.</p>` : null
