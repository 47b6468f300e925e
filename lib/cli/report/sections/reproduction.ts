/** What the model is, and how to make the same one again. */
import type { Fact, ReportData } from '../parts/data.js'
import { dataText, type Html, type HtmlValue, html } from '../parts/html.js'
import { shownNumber } from '../parts/numbers.js'
import type { Section } from './section.js'

const MAX_COMMAND = 2000
const MAX_FACT = 300

export function reproductionSection({ facts, reproduction }: ReportData): Section {
  const { digest, command, versions } = reproduction
  const known = [...facts, ...versions]
  const content: HtmlValue[] = [
    command === undefined
      ? null
      : html`<p>This command trains the same model again, on any machine:</p>
<pre tabindex="0"><code>${dataText(command, MAX_COMMAND)}</code></pre>
`,
    known.length === 0 ? null : factList(known),
    html`<p>Equal digests mean equal predictions. The digest of this model:</p>
<p class="digest"><code>${digest}</code></p>
`,
  ]
  return { id: 'reproduction', title: 'The model', content }
}

function factList(facts: readonly Fact[]): Html {
  const item = ([name, value]: Fact) =>
    html`<div><dt>${name}</dt><dd>${typeof value === 'number' ? shownNumber(value) : dataText(value, MAX_FACT)}</dd></div>
`
  return html`<dl class="facts">
${facts.map(item)}</dl>
`
}
