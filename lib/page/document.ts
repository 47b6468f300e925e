/** An HTML page that needs nothing from elsewhere: no font, script, style sheet or picture. */
import { base64OfBytes, newSha256 } from '#platform'
import { VERSION } from '../checks/version.js'
import { shortened } from '../checks/words.js'
import { dataText, type Html, type HtmlValue, html, trusted } from './html.js'
import { type Section, sectionHtml } from './section.js'

/** The most letters of the title and of the summary. */
const MAX_TITLE = 120
const MAX_SUMMARY = 600

export interface PageDocument {
  readonly title: string
  /** One or two sentences below the title. */
  readonly summary: string
  /** What is between the summary and the links to the sections. */
  readonly headline: Html | null
  readonly sections: readonly Section[]
  /** The style sheet. */
  readonly style: string
  /** The only script of the page; null for none. */
  readonly script: string | null
}

/**
 * The text of a page. The same document makes the same bytes. Text of the data is escaped, and the page forbids all
 * scripts but its own, and all requests.
 */
export function documentText({ title, summary, headline, sections, style, script }: PageDocument): string {
  if (script !== null && /<\/script|<!--/i.test(script)) throw new Error('A script cannot be inside an HTML page.')
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${shortened(title, MAX_TITLE)}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<header>
<h1>${dataText(title, MAX_TITLE)}</h1>
<p>${dataText(summary, MAX_SUMMARY)}</p>
${headline}<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map(sectionHtml)}</main>
<footer><p>Made by lockstep-nn ${VERSION}.</p></footer>
${script === null ? null : html`<script>${trusted(script)}</script>`}
</body>
</html>
`.text
}

/** Of text in a table, nothing can run: only a script with this hash may, and nothing may be fetched. */
function policy(script: string | null): string {
  const hash = script === null ? "'none'" : `'sha256-${base64OfBytes(newSha256().update(script).digest())}'`
  return `default-src 'none'; script-src ${hash}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`
}

/** Names and values, in large figures. */
export function headlineHtml(figures: readonly (readonly [name: HtmlValue, value: HtmlValue])[]): Html | null {
  if (figures.length === 0) return null
  const item = ([name, value]: (typeof figures)[number]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>
`
  return html`<dl class="headline">
${figures.map(item)}</dl>
`
}
