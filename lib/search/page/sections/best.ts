/** The best trial: its values, its options, and the program that trains it again. */
import { factList } from '../../../page/facts.js'
import { dataText, type Html, html } from '../../../page/html.js'
import type { Section } from '../../../page/section.js'
import { codeText, repeatCode } from '../../study/code-text.js'
import { cellOf } from '../../study/labels.js'
import { hasOptions } from '../../study/order.js'
import type { GatheredStudy } from '../parts/gather.js'

const MAX_CODE = 20_000
/** The most parameters of the list. */
const MAX_SHOWN = 40

export function bestSection({ study, best }: GatheredStudy): Section | null {
  if (best === null) return null
  const { space, metric, bestDigest } = study
  const drawn = space.parameters
    .filter(({ name }) => Object.hasOwn(best.draw, name))
    .slice(0, MAX_SHOWN)
    .map((parameter) => [parameter.name, cellOf(parameter)(best.draw[parameter.name])] as const)
  const content = [
    factList([
      ['trial', best.number],
      ...(best.value === null ? [] : ([[metric, best.value]] as const)),
      ['epochs', best.epochs],
      ...(best.reason === '' ? [] : ([['why it ended', best.reason]] as const)),
      ...drawn,
    ]),
    hasOptions(best) ? programHtml(best.options) : FROM_JOURNAL,
    bestDigest === undefined
      ? null
      : html`<p>Equal digests mean equal predictions. The digest of its model:</p>
<p class="digest"><code>${bestDigest}</code></p>
`,
  ]
  return { id: 'best', title: 'Best trial', content }
}

const FROM_JOURNAL = html`<p>A journal has the drawn values only. The search with this journal returns all options.</p>
`

function programHtml(options: unknown): Html {
  const program = repeatCode(options)
  if (program === null) {
    return html`<p>Its options:</p>
<pre tabindex="0"><code>${dataText(codeText(options), MAX_CODE)}</code></pre>
`
  }
  const data =
    program.data === 'records'
      ? html`<code>records</code> are those of the search.`
      : html`<code>x</code> and <code>y</code> are the samples of the search without those of the validation; of folds
those outside of one.`
  return html`<p>This program trains it again, with the same bits on any machine. ${data}</p>
<pre tabindex="0"><code>${dataText(program.code, MAX_CODE)}</code></pre>
`
}
