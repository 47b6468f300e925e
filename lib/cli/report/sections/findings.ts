/** What the doctor found, errors first. */

import { dataText, html } from '../../../page/html.js'
import type { Section } from '../../../page/section.js'
import { andMore } from '../../../page/table.js'
import type { Finding, ReportData } from '../parts/data.js'

const SEVERITIES: readonly Finding['severity'][] = ['error', 'warning', 'note']
const MAX_SHOWN = 50
const MAX_LETTERS = 600

export function findingsSection({ findings = [] }: ReportData): Section | null {
  if (findings.length === 0) return null
  const sorted = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
  const items = sorted.slice(0, MAX_SHOWN).map(({ severity, name, where, reason, remedy }) => {
    const place = where === undefined ? null : html` in ${dataText(where)}`
    return html`<li><h3><span class="severity ${severity}">${severity}</span> ${dataText(name)}${place}</h3>
<p>${dataText(reason, MAX_LETTERS)}</p>
<p>${dataText(remedy, MAX_LETTERS)}</p></li>
`
  })
  const content = [html`<ul class="findings">\n${items}</ul>\n`, andMore(sorted.length, MAX_SHOWN, 'findings')]
  return { id: 'findings', title: 'Findings', content }
}
