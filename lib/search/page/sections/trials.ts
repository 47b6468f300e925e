/** The table of trials, and why trials failed. */
import { dataText, type Html, type HtmlValue, html } from '../../../page/html.js'
import { counted, shownNumber } from '../../../page/numbers.js'
import type { Section } from '../../../page/section.js'
import { andMore, table } from '../../../page/table.js'
import type { Trial } from '../../space/trial.js'
import { cellOf } from '../../study/labels.js'
import { type GatheredStudy, MAX_ROWS } from '../parts/gather.js'

const MAX_REASONS = 10
const MAX_LABEL = 30
const MAX_REASON = 300

export function trialsSection({ study, ranked, parameters }: GatheredStudy): Section | null {
  if (ranked.length === 0) return null
  const cells = parameters.map(({ parameter }) => ({ name: parameter.name, cell: cellOf(parameter) }))
  const shown = ranked.slice(0, MAX_ROWS)
  const numeric = [false, true, true, ...parameters.map(({ parameter }) => parameter.distribution.kind !== 'choice')]
  const rowOf = ({ number, state, value, epochs, draw }: Trial): HtmlValue[] => [
    number,
    state,
    value === null ? '' : shownNumber(value),
    shownNumber(epochs),
    ...cells.map(({ name, cell }) => (Object.hasOwn(draw, name) ? cellText(cell(draw[name])) : '')),
  ]
  const names = ['state', study.metric, 'epochs', ...parameters.map(({ short }) => short)]
  const content = [
    html`<p>${shown.length < ranked.length ? `The best ${shown.length} of ${counted(ranked.length, 'trial')}, with` : 'All trials, with'}
the best first: complete ones by their value, then pruned ones by their epochs, then failed ones.</p>\n`,
    html`<div id="rows">${table({
      caption: 'Trials',
      head: ['trial', ...names.map((name) => html`<bdi>${name}</bdi>`)],
      body: shown.map(rowOf),
      isNumber: (column) => column === 0 || numeric[column - 1],
    })}</div>\n`,
  ]
  return { id: 'trials', title: 'Trials', content }
}

const cellText = (value: string | number): HtmlValue =>
  typeof value === 'number' ? shownNumber(value) : dataText(value, MAX_LABEL)

/** The reasons of failed trials, the most frequent first. */
export function failedSection({ study }: GatheredStudy): Section | null {
  const failed = study.trials.filter(({ state }) => state === 'failed')
  if (failed.length === 0) return null
  const byReason = new Map<string, Trial[]>()
  for (const trial of failed) {
    const same = byReason.get(trial.reason)
    if (same === undefined) byReason.set(trial.reason, [trial])
    else same.push(trial)
  }
  const reasons = [...byReason].sort(([, a], [, b]) => b.length - a.length || a[0].number - b[0].number)
  const shown = reasons.slice(0, MAX_REASONS)
  const item = ([reason, trials]: (typeof reasons)[number]): Html =>
    html`<li>${dataText(reason, MAX_REASON)} <br><span class="muted">${counted(trials.length, 'trial')}; the first is trial ${trials[0].number}</span></li>
`
  const content = [
    html`<ul class="findings">
${shown.map(item)}</ul>
`,
    andMore(reasons.length, shown.length, 'reasons'),
  ]
  return { id: 'failed', title: 'Failed trials', content }
}
