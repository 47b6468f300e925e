/** The confusion matrix as a table, shaded by the share of each true label. */

import { dataText, type Html, html } from '../../../page/html.js'
import { shownNumber, shownShare } from '../../../page/numbers.js'
import type { Confusion } from '../parts/data.js'

const MAX_LABEL = 24
/** More labels are printed in small letters. */
const FEW = 10

export function confusionTable({ labels, counts, merged }: Confusion): Html {
  const name = (label: string, i: number) =>
    merged > 0 && i === labels.length - 1 ? html`${merged} other labels` : dataText(label, MAX_LABEL)
  const heads = labels.map((label, i) => html`<th scope="col">${name(label, i)}</th>`)
  const rows = counts.map((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0)
    const right = total === 0 ? '' : shownShare(row[i] / total)
    const cells = row.map((count, j) => cell(count, total, i === j))
    return html`<tr><th scope="row">${name(labels[i], i)}</th>${cells}<td class="number">${right}</td></tr>
`
  })
  const caption = 'Confusion matrix: true labels in rows, predicted labels in columns'
  return html`<div class="scroll short" tabindex="0" role="group" aria-label="${caption}">
<table class="confusion${labels.length > FEW ? ' many' : ''}"><caption><span>${caption}</span></caption>
<thead><tr><th scope="col"><span class="hidden">true label</span></th>${heads}<th scope="col">right</th></tr></thead>
<tbody>
${rows}</tbody></table></div>
`
}

/** Shades have ten steps; zeros have none. */
function cell(count: number, total: number, isRight: boolean): Html {
  const step = count === 0 ? 0 : Math.max(1, Math.round((10 * count) / total))
  return html`<td class="number ${isRight ? 'hit' : 'miss'} shade-${step}">${shownNumber(count)}</td>`
}
