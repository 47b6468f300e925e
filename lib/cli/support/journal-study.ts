/** The study of a journal, as its page, its importance and its table need it. */
import { bestOf, studyDigest } from '../../search/batches/digest.js'
import type { JournalContent } from '../../search/journal/index.js'
import { spaceFromJson } from '../../search/space/json.js'
import type { Distribution, Trial } from '../../search/space/trial.js'
import type { StudyData } from '../../search/study/study-data.js'

export interface JournalStudyData extends StudyData {
  /** The number of trials that the search is for; null where the journal does not say it. */
  readonly planned: number | null
}

/** A journal has no options, only the drawn values. The digest is that of a search that has ended, otherwise null. */
export function studyOfJournal({
  name,
  better,
  plan,
  parameters,
  batches,
  trials: found,
}: JournalContent): JournalStudyData {
  const planned = typeof plan.trials === 'number' ? plan.trials : null
  const trials = found.map((trial): Trial => ({ ...trial, options: null }))
  const trained = batches.reduce((sum, batch) => sum + batch.trials.length, 0)
  const isWhole = planned === trained && planned === trials.length
  const space = {
    parameters: parameters.map(({ distribution, ...rest }) => ({ ...rest, distribution: readable(distribution) })),
    resolve: () => null,
  }
  return {
    ...{ name, better, space, trials, planned },
    metric: textOf(plan.metric, 'value'),
    best: bestOf(trials, better)?.number ?? null,
    digest: isWhole ? studyDigest([textOf(plan.digest, ''), ...batches.map((batch) => batch.trained)]) : null,
    sampler: textOf(plan.sampler, 'not known'),
    pruner: textOf(plan.pruner, 'not known'),
    seed: typeof plan.seed === 'number' ? plan.seed : 0,
  }
}

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise)

/** Objects and arrays of a choice, which a journal has as JSON text, are what they were. */
function readable(distribution: Distribution): Distribution {
  if (distribution.kind !== 'choice') return distribution
  return { kind: 'choice', values: distribution.values.map((value) => (isJson(value) ? parsed(value) : value)) }
}

const isJson = (value: unknown): value is string => typeof value === 'string' && /^[[{]/.test(value)

/** Long ones are cut off: these stay as they are. */
function parsed(text: string): unknown {
  try {
    return spaceFromJson(JSON.parse(text), 'a value')
  } catch {
    return text
  }
}
