/** What the model is, and how to make the same one again. */

import { factList } from '../../../page/facts.js'
import { dataText, type HtmlValue, html } from '../../../page/html.js'
import type { Section } from '../../../page/section.js'
import type { ReportData } from '../parts/data.js'

const MAX_COMMAND = 2000

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
