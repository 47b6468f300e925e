/** What a study's records contain, and whether they are of an expected study. */
import { shortened } from '../../checks/words.js'
import type { ParameterSpec } from '../space/trial.js'
import { encodeParameters } from './distribution.js'
import { shownTrial } from './foreign.js'
import { DIRECTIONS } from './format.js'
import type { StudyRecord } from './replay.js'
import type { JournalContent, JournalStudy, PlanValue } from './types.js'

const MAX_TEXT = 80

function shown(value: PlanValue | undefined): string {
  if (value === undefined) return 'nothing'
  return typeof value === 'string' ? JSON.stringify(shortened(value, MAX_TEXT)) : String(value)
}

type Plan = Readonly<Record<string, PlanValue>>

/** The part of a plan that is the digest of all others and of the data. */
const DIGEST = 'digest'

const partOf = (plan: Plan, name: string): PlanValue | undefined => (Object.hasOwn(plan, name) ? plan[name] : undefined)

/** What differs between two plans besides the digest, as `seed: the journal has 1, this study has 2`; null: nothing. */
function planDifference(found: Plan, expected: Plan): string | null {
  // Names that only the journal has are last.
  const names = new Set([...Object.keys(expected), ...Object.keys(found)])
  names.delete(DIGEST)
  const differences: string[] = []
  for (const name of names) {
    const [a, b] = [partOf(found, name), partOf(expected, name)]
    if (a !== b) differences.push(`${name}: the journal has ${shown(a)}, this study has ${shown(b)}`)
  }
  return differences.length === 0 ? null : differences.slice(0, 3).join('; ')
}

/** How two spaces differ; null where they do not. */
function spaceDifference(found: readonly ParameterSpec[], expected: readonly ParameterSpec[]): string | null {
  const [before, now] = [found, expected].map((all) => all.map((one) => encodeParameters([one])))
  const at = now.findIndex((text, i) => text !== before[i])
  if (at >= 0) return `Its space differs, first in the parameter ${expected[at].name}`
  return before.length > now.length ? `Its space also has the parameter ${found[now.length].name}` : null
}

/** Which direction a study has; null for several objectives. */
export function betterOf({ directions }: StudyRecord): 'lower' | 'higher' | null {
  if (directions.length !== 1) return null
  if (directions[0] === DIRECTIONS.lower) return 'lower'
  return directions[0] === DIRECTIONS.higher ? 'higher' : null
}

/** In what the study of a journal differs from an expected one, without a point at the end; null where it is that one. */
export function studyProblem(found: StudyRecord, expected: JournalStudy): string | null {
  const better = betterOf(found)
  if (better === null) return 'It has several objectives, or none'
  if (better !== expected.better) return `There ${better} values are better, here ${expected.better} ones`
  const { plan, parameters } = found
  const difference = plan === null ? null : planDifference(plan, expected.plan)
  if (difference !== null) return `Its plan differs. ${difference[0].toUpperCase()}${difference.slice(1)}`
  const ofSpace = parameters === null ? null : spaceDifference(parameters, expected.parameters)
  if (ofSpace !== null) return ofSpace
  // A reader can compare no digests, so that these are the last that is compared.
  return plan === null || partOf(plan, DIGEST) === partOf(expected.plan, DIGEST)
    ? null
    : 'Its data differ, or options that are no parameters: fixed ones of the space, or those of the sampler or the pruner'
}

/**
 * What the journal has of a study.
 * @param path for messages
 * @throws Error for a batch whose trials are not those that were written
 */
export async function contentOf(found: StudyRecord, path: string): Promise<JournalContent> {
  const { name, plan, parameters, store, encoder, foreign } = found
  const better = betterOf(found)
  if (better === null || plan === null) {
    throw new Error(
      `The study ${JSON.stringify(name)} of the journal ${path} is not of lockstep-nn, which writes its plan into it.`,
    )
  }
  const batches = await store.whole(encoder)
  // A killed process may not have written them.
  return {
    name,
    better,
    plan,
    parameters: parameters ?? [],
    batches,
    trials: store.all(),
    foreign: foreign.map(shownTrial),
  }
}
