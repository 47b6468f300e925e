/** The values of the trials, in their order and by their epochs. */
import { html } from '../../../page/html.js'
import { counted, shownNumber } from '../../../page/numbers.js'
import type { Section } from '../../../page/section.js'
import { table } from '../../../page/table.js'
import { type CountedStates, countsOf, keyOfStates } from '../parts/counts.js'
import type { GatheredStudy } from '../parts/gather.js'
import { plotFigure } from '../parts/plot.js'

const MAX_RECORD_ROWS = 30

export function historySection(gathered: GatheredStudy): Section | null {
  const { study, data } = gathered
  const counts = countsOf(study.trials)
  if (study.trials.length === 0) return null
  const { numbers, values } = data.record
  const plot = plotFigure({
    kind: 'history',
    caption: html`${study.metric} of each trial, and the best one so far`,
    alternative: historyAlternative(study.metric, data.record, counts),
    key: [...keyOfStates(counts), ['record', 'best so far']],
    hint: 'Choose a trial by a click: it is marked in all charts.',
  })
  const shown = numbers.slice(-MAX_RECORD_ROWS)
  const first = numbers.length - shown.length
  const record = table({
    caption: 'The trials that were better than all before them',
    head: ['trial', study.metric],
    body: shown.map((number, i) => [number, shownNumber(values[first + i])]),
    isNumber: () => true,
  })
  const details =
    numbers.length === 0 ? null : html`<details><summary>Numbers of this chart</summary>\n${record}</details>\n`
  return { id: 'history', title: 'History', content: [plot, details] }
}

function historyAlternative(
  metric: string,
  { numbers, values }: GatheredStudy['data']['record'],
  counts: CountedStates,
): string {
  const trials = `Scatter chart of ${counted(counts.complete + counts.pruned + counts.failed, 'trial')}.`
  if (values.length === 0) return `${trials} None is complete.`
  const last = values.length - 1
  return (
    `${trials} The best ${metric} of complete trials goes from ${shownNumber(values[0])} of trial ${numbers[0]} ` +
    `to ${shownNumber(values[last])} of trial ${numbers[last]}.`
  )
}

/** The values at the rungs; none where no trial has a rung. */
export function rungsSection({ study, data }: GatheredStudy): Section | null {
  if (study.trials.every(({ rungs }) => rungs.length === 0)) return null
  const counts = countsOf(study.trials)
  const epochs = [...new Set(study.trials.flatMap(({ rungs }) => rungs.map(({ epoch }) => epoch)))]
  const reached = epochs
    .sort((a, b) => a - b)
    .map((epoch) => [epoch, study.trials.filter(({ rungs }) => rungs.some((rung) => rung.epoch === epoch)).length])
  const content = [
    plotFigure({
      kind: 'rungs',
      caption: html`${study.metric} of each trial after the epochs at which trials were compared`,
      alternative: `Line chart of the values of ${counted(data.numbers.length, 'trial')} at ${counted(epochs.length, 'rung')}.`,
      key: keyOfStates({ ...counts, failed: 0 }),
    }),
    table({
      caption: 'Rungs',
      head: ['epoch', 'trials that reached it'],
      body: reached.slice(0, MAX_RECORD_ROWS),
      isNumber: () => true,
    }),
  ]
  return { id: 'rungs', title: 'Values by epoch', content }
}
