/** What a study's records contain, and whether they are of an expected study. */
import { shortened } from '../../checks/words.js'
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

/** What differs between two plans, as `seed: the journal has 1, this study has 2`; null where nothing does. */
export function planDifference(
  found: Readonly<Record<string, PlanValue>>,
  expected: Readonly<Record<string, PlanValue>>,
  one = 'the journal',
  other = 'this study',
): string | null {
  // Names that only the journal has are last.
  const names = new Set([...Object.keys(expected), ...Object.keys(found)])
  const differences: string[] = []
  for (const name of names) {
    const [a, b] = [found, expected].map((plan) => (Object.hasOwn(plan, name) ? plan[name] : undefined))
    if (a !== b) differences.push(`${name}: ${one} has ${shown(a)}, ${other} has ${shown(b)}`)
  }
  return differences.length === 0 ? null : differences.slice(0, 3).join('; ')
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
  const difference = found.plan === null ? null : planDifference(found.plan, expected.plan)
  if (difference !== null) return `Its plan differs. ${difference[0].toUpperCase()}${difference.slice(1)}`
  if (found.parameters === null) return null
  const texts = [found.parameters, expected.parameters].map((parameters) =>
    parameters.map((one) => encodeParameters([one])),
  )
  const at = texts[1].findIndex((text, i) => text !== texts[0][i])
  if (at >= 0) return `Its space differs, first in the parameter ${expected.parameters[at].name}`
  if (texts[0].length > texts[1].length)
    return `Its space also has the parameter ${found.parameters[texts[1].length].name}`
  return null
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
