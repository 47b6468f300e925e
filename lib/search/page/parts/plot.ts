/** A chart of the page: a figure with a text alternative and a key, which the script of the page draws. */
import { type Html, type HtmlValue, html } from '../../../page/html.js'

export interface Plot {
  /** Which chart of the script it is. */
  readonly kind: 'history' | 'parallel' | 'slice' | 'rungs'
  /** Which of several charts of a kind. */
  readonly place?: number
  readonly caption: HtmlValue
  /** What the chart shows, in a sentence or two. */
  readonly alternative: string
  /** The marks of the chart, by their class in the style sheet. */
  readonly key: readonly (readonly [mark: Mark, text: string])[]
  /** How the chart can be used with a pointer. */
  readonly hint?: string
  readonly shape?: 'small' | 'tall'
  /** The width that it needs, in rem: on a narrow screen it scrolls. */
  readonly minWidth?: number
}

export type Mark = 'complete' | 'pruned' | 'failed' | 'top' | 'record' | 'selected'

export function plotFigure({ kind, place = 0, caption, alternative, key, hint, shape, minWidth }: Plot): Html {
  const keyOf = ([mark, text]: Plot['key'][number]) => html`<li><span class="mark ${mark}"></span>${text}</li>`
  const plot = html`<div class="plot ${kind}" role="img" aria-label="${alternative}" data-kind="${kind}" data-place="${place}"${
    minWidth === undefined ? null : html` style="min-width:${minWidth}rem"`
  }></div>
`
  const scrolled =
    minWidth === undefined
      ? plot
      : html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}">
${plot}</div>
`
  return html`<figure class="chart${shape === undefined ? '' : ` ${shape}`}">
<figcaption>${caption}</figcaption>
${key.length === 0 ? null : html`<ul class="key">${key.map(keyOf)}</ul>\n`}${scrolled}${
  shape === 'small' ? null : html`<p class="readout" aria-hidden="true"></p>\n`
}<noscript><p>The chart needs a script.</p></noscript>
${hint === undefined ? null : html`<p class="hint">${hint}</p>\n`}</figure>
`
}
