/** `merge`: one journal of several, such as those of the shards of a search. */
import { type JournalContent, mergeJournals, openJournal } from '../../search/journal/index.js'
import { DONE, UsageError } from '../support/errors.js'
import { checkDestination, naming, printResult } from '../support/output.js'
import { plural } from '../support/progress.js'
import { fileStats } from '../support/source.js'
import type { Run } from '../support/spec.js'

export const run: Run = async ([out, ...paths], given) => {
  const { study, json, quiet = false } = given as { study?: string; json?: boolean; quiet?: boolean }
  const twice = paths.find((path, i) => paths.indexOf(path) < i)
  if (twice !== undefined) throw new UsageError(`${twice} is named twice.`)
  const inputs = paths.map(fileStats)
  await checkDestination(out, inputs, 'The merged journal')
  const content = await mergeJournals(paths, study === undefined ? {} : { study })
  const { name, better, plan, parameters, batches } = content
  await naming(out, 'The merged journal', async () => {
    const journal = await openJournal(out, { name, better, plan, parameters })
    for (const batch of batches) await journal.append(batch)
  })
  if (!quiet || json === true) {
    const result = resultOf(content, out)
    await printResult(
      () => textOf(result),
      () => result,
      json,
    )
  }
  return DONE
}

interface Merged {
  readonly name: string
  readonly out: string
  /** The number of trials in whole batches. */
  readonly trials: number
  /** Of the whole study; null where the journals do not say it. */
  readonly planned: number | null
  /** First and last number of the trials that are missing, from 0. */
  readonly missing: readonly (readonly [first: number, last: number])[]
}

function resultOf({ name, plan, batches }: JournalContent, out: string): Merged {
  const planned = typeof plan.trials === 'number' ? plan.trials : null
  const missing: [number, number][] = []
  let next = 0
  for (const { first, trials } of batches) {
    if (first > next) missing.push([next, first - 1])
    next = first + trials.length
  }
  if (planned !== null && next < planned) missing.push([next, planned - 1])
  const trials = batches.reduce((sum, batch) => sum + batch.trials.length, 0)
  return { name, out, trials, planned, missing }
}

function textOf({ name, out, trials, planned, missing }: Merged): string {
  const of = planned === null ? plural(trials, 'trial') : `${trials} of ${plural(planned, 'trial')}`
  const ranges = missing.map(([first, last]) => (first === last ? String(first) : `${first} to ${last}`))
  return [
    `${out}: study ${name}, ${of}`,
    ...(missing.length === 0
      ? []
      : [`missing: ${ranges.join(', ')}. Run their shards again, or search with this journal: it trains them.`]),
  ].join('\n')
}
