/** The report as one HTML page. It needs nothing from elsewhere: no font, script, style sheet or picture. */
import { createHash } from 'node:crypto'
import { VERSION } from '../../checks/version.js'
import { shortened } from '../../checks/words.js'
import { chartScript, chartStyle } from './page-files.js'
import type { ReportData, Score } from './parts/data.js'
import { dataText, type Html, html, trusted } from './parts/html.js'
import { shownNumber, shownShare } from './parts/numbers.js'
import { columnsSection } from './sections/columns.js'
import { findingsSection } from './sections/findings.js'
import { qualitySection } from './sections/quality.js'
import { reproductionSection } from './sections/reproduction.js'
import { type Section, sectionHtml } from './sections/section.js'
import { trainingSection } from './sections/training.js'
import { dependenceSection, importanceSection } from './sections/understanding.js'
import { worstSection } from './sections/worst.js'
import { STYLE } from './style.js'

/** The most letters of the title and of the summary. */
const MAX_TITLE = 120
const MAX_SUMMARY = 600
const MAX_FIGURES = 12

/**
 * The page of a report. The same data make the same bytes. Sections without data are left out. Text of the data is
 * escaped, and the page forbids all scripts but its own, and all requests.
 */
export function reportPage(data: ReportData): string {
  const sections = sectionsOf(data)
  const body = html`${sections.map(sectionHtml)}`
  const hasCharts = body.text.includes('class="plot"')
  const script = hasCharts ? trusted(chartScript()) : null
  const style = trusted(`${hasCharts ? chartStyle() : ''}${STYLE}`)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${shortened(data.title, MAX_TITLE)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
<h1>${dataText(data.title, MAX_TITLE)}</h1>
<p>${dataText(data.summary, MAX_SUMMARY)}</p>
${headline(data)}<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${body}</main>
<footer><p>Made by lockstep-nn ${VERSION}.</p></footer>
${script === null ? null : html`<script>${script}</script>`}
</body>
</html>
`.text
}

function sectionsOf(data: ReportData): Section[] {
  const { targets, scored } = data
  return [
    ...targets.map((target, i) => qualitySection(target, scored, i, targets.length)),
    findingsSection(data),
    trainingSection(data),
    columnsSection(data),
    importanceSection(data),
    dependenceSection(data),
    worstSection(data),
    reproductionSection(data),
  ].filter((section) => section !== null)
}

/** Of text in a table, nothing can run: only a script with this hash may, and nothing may be fetched. */
function policy(script: Html | null): string {
  const hash = script === null ? "'none'" : `'sha256-${createHash('sha256').update(script.text).digest('base64')}'`
  return `default-src 'none'; script-src ${hash}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`
}

/** The first scores of each target, in large figures. */
function headline({ targets }: ReportData): Html | null {
  const shown = targets.flatMap(({ name, scores }) =>
    scores.slice(0, targets.length > 1 ? 1 : 3).map((score) => ({ name: targets.length > 1 ? name : '', score })),
  )
  if (shown.length === 0) return null
  const figure = ({ value, isShare }: Score) => (isShare ? shownShare(value) : shownNumber(value))
  const item = ({ name, score }: { name: string; score: Score }) =>
    html`<div><dt>${dataText(name === '' ? score.name : `${name}: ${score.name}`)}</dt><dd>${figure(score)}</dd></div>
`
  return html`<dl class="headline">
${shown.slice(0, MAX_FIGURES).map(item)}</dl>
`
}
