/** A section of the page: a heading and what is below it. */
import { type Html, type HtmlValue, html } from './html.js'

export interface Section {
  /** For links inside the page. */
  readonly id: string
  readonly title: HtmlValue
  readonly content: HtmlValue
}

export const sectionHtml = ({ id, title, content }: Section): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}</section>
`

/** A bar whose length is a share of the longest one. */
export const bar = (share: number): Html =>
  html`<span class="bar"><span style="width:${(100 * Math.min(Math.max(share, 0), 1)).toFixed(1)}%"></span></span>`
