/** The report as one self-contained page: tables, notes and inline charts. */
import { gapLines, noteLines, PAGE_COLUMNS, unitText } from './format.js'
import type { WorkloadReport } from './summary.js'

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 84rem; margin: 2rem auto; padding: 0 1rem }
.wide { overflow-x: auto }
svg { max-width: 100%; height: auto }
table { border-collapse: collapse; font-size: 0.875rem; white-space: nowrap }
th, td { padding: 0.2rem 0.75rem; border-bottom: 1px solid #ddd; text-align: right }
th.left, td.left { text-align: left }
tr.library { font-weight: 600 }
code { font-size: 0.9em }`

export interface Section {
  report: WorkloadReport
  svg: string
}

export function renderPage(title: string, facts: readonly string[], sections: readonly Section[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${toHtml(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${toHtml(title)}</h1>
${list(facts)}
${sections.map(renderSection).join('\n')}
</body>
</html>
`
}

function renderSection({ report, svg }: Section): string {
  const { name, summary, baseline } = report
  const times = baseline === null ? '' : ` "Times as slow" compares medians with ${baseline}.`
  return `<h2>${toHtml(name)}</h2>
<p>${toHtml(`${summary}.`)}</p>
<div class="wide">${svg}</div>
<p>${toHtml(`In ${unitText(report)}.${times}`)}</p>
<div class="wide">${renderTable(report)}</div>
${headed('What differs', noteLines(report))}
${headed('Not measured', gapLines(report))}`
}

function renderTable({ rows }: WorkloadReport): string {
  const cell = (tag: string, text: string, align: string) =>
    `<${tag}${align === 'left' ? ' class="left"' : ''}>${toHtml(text)}</${tag}>`
  const head = PAGE_COLUMNS.map(([title, align]) => cell('th', title, align)).join('')
  const body = rows.map((row) => {
    const cells = PAGE_COLUMNS.map(([, align, text]) => cell('td', text(row), align)).join('')
    return `<tr${row.library ? ' class="library"' : ''}>${cells}</tr>`
  })
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>`
}

const headed = (heading: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `<h3>${toHtml(heading)}</h3>\n${list(lines)}`

const list = (lines: readonly string[]): string =>
  `<ul>\n${lines.map((line) => `<li>${toHtml(line)}</li>`).join('\n')}\n</ul>`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const toHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character])
