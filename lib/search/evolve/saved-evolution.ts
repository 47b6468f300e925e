/** The state of an evolution after a generation: in memory, and as JSON from which it goes on. */
import { newSha256 } from '#platform'
import { wrongSize, wrongValue } from '../../checks/errors.js'
import { parseJson } from '../../checks/json-text.js'
import { areFinite } from '../../checks/rows.js'
import { entriesOf, integer, optionsObject } from '../../checks/validate.js'
import { shortened } from '../../checks/words.js'
import type { Ensemble } from '../../network/ensemble.js'
import { base64Of, digestOfValues, valuesOfBase64 } from '../../network/saved.js'
import { canonicalText } from '../engine/canonical-text.js'
import type { Strategy } from './strategy.js'

/** What decides the generations besides the fitness and the first members: by option, as texts. */
export type EvolutionPlan = Readonly<Record<string, string>>

/** The values after a generation. Nothing changes them later. */
export interface Snapshot {
  readonly plan: EvolutionPlan
  /** The number of generations. */
  readonly generations: number
  /** The members of the last generation: [members × parameters of one] */
  readonly parameters: Float64Array
  /** Theirs: [members] */
  readonly fitness: Float64Array
  /** What the strategy keeps. */
  readonly strategy: Float64Array
  /** [generations × 3]: best, mean and worst fitness. Those of later generations may follow. */
  readonly history: readonly number[]
  readonly best: BestSnapshot
}

export interface BestSnapshot {
  readonly generation: number
  readonly member: number
  /** [1 + parameters of one]: its fitness, then its parameters. */
  readonly values: Float64Array
}

/** An evolution as `JSON.stringify` writes it. Numbers are float64 in base64, as in a saved network: exact. */
export interface SavedEvolution {
  readonly format: 'lockstep-nn/evolution'
  readonly version: 1
  readonly plan: EvolutionPlan
  readonly generations: number
  readonly parameters: string
  readonly fitness: string
  readonly strategy: string
  readonly history: string
  readonly best: { readonly generation: number; readonly member: number; readonly values: string }
  readonly digest: string
}

const FORMAT = 'lockstep-nn/evolution'
const WHAT = 'the saved evolution'
const KEYS = [
  'format',
  'version',
  'plan',
  'generations',
  'parameters',
  'fitness',
  'strategy',
  'history',
  'best',
  'digest',
]

export function planOf({ members }: Ensemble, { plan }: Strategy, seed: number): EvolutionPlan {
  const all = { ...plan, seed, members: members.length, network: members[0].architecture() }
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, canonicalText(value, name)]))
}

const historyOf = ({ history, generations }: Snapshot): Float64Array =>
  Float64Array.from(history.slice(0, 3 * generations))

/** SHA-256, in hex, of all values of a snapshot. */
export function digestOfSnapshot(snapshot: Snapshot): string {
  const { plan, generations, best, parameters, fitness, strategy } = snapshot
  const hash = newSha256().update(`lockstep-nn evolution 1\n${canonicalText(plan, 'the plan')}\n`)
  hash.update(digestOfValues(`${generations}`, parameters))
  hash.update(digestOfValues('fitness', fitness))
  hash.update(digestOfValues('strategy', strategy))
  hash.update(digestOfValues('history', historyOf(snapshot)))
  return hash.update(digestOfValues(`best ${best.generation} ${best.member}`, best.values)).hex()
}

export function savedEvolution(snapshot: Snapshot): SavedEvolution {
  const { plan, generations, parameters, fitness, strategy, best } = snapshot
  return {
    format: FORMAT,
    version: 1,
    plan,
    generations,
    parameters: base64Of(parameters),
    fitness: base64Of(fitness),
    strategy: base64Of(strategy),
    history: base64Of(historyOf(snapshot)),
    best: { generation: best.generation, member: best.member, values: base64Of(best.values) },
    digest: digestOfSnapshot(snapshot),
  }
}

/**
 * The snapshot of a saved evolution, or of its JSON text, for an evolution of these options.
 * @throws TypeError or RangeError for anything else, or a damaged one; Error for one of other options
 */
export function readState(given: unknown, ensemble: Ensemble, strategy: Strategy, seed: number): Snapshot {
  const parsed = typeof given === 'string' ? parseJson(given, WHAT) : given
  const saved = optionsObject(parsed, 'state', KEYS)
  if (saved.format !== FORMAT) throw wrongValue(`"${FORMAT}"`, `format of ${WHAT}`, saved.format)
  if (saved.version !== 1) {
    throw wrongValue('version 1', `version of ${WHAT}`, saved.version, 'A newer lockstep-nn may read it.')
  }
  const plan = readPlan(saved.plan, planOf(ensemble, strategy, seed))
  const members = ensemble.members.length
  const generations = integer(saved.generations, `generations of ${WHAT}`, 1, 2 ** 31 - 1)
  const values = (name: string, count: number, text = saved[name]): Float64Array =>
    valuesOfBase64(text, count, `${name} of ${WHAT}`, 'values')
  const best = optionsObject(saved.best, `best of ${WHAT}`, ['generation', 'member', 'values'])
  const snapshot: Snapshot = {
    plan,
    generations,
    parameters: values('parameters', members * ensemble.parameterCount),
    fitness: values('fitness', members),
    strategy: values('strategy', strategy.stateLength),
    history: [...values('history', 3 * generations)],
    best: {
      generation: integer(best.generation, `best.generation of ${WHAT}`, 0, generations - 1),
      member: integer(best.member, `best.member of ${WHAT}`, 0, members - 1),
      values: values('best.values', 1 + ensemble.parameterCount, best.values),
    },
  }
  const digest = digestOfSnapshot(snapshot)
  if (digest !== saved.digest) {
    throw wrongValue(`the digest ${digest}`, WHAT, saved.digest, 'It is damaged or was edited.')
  }
  const isWhole = [snapshot.parameters, snapshot.strategy, snapshot.best.values.subarray(1)].every(areFinite)
  if (!isWhole) throw wrongValue('finite parameters', WHAT, NaN, 'It is damaged or was edited.')
  return snapshot
}

function readPlan(given: unknown, wanted: EvolutionPlan): EvolutionPlan {
  const plan = new Map(entriesOf(given, `plan of ${WHAT}`))
  for (const key of new Set([...Object.keys(wanted), ...plan.keys()])) {
    const found = plan.get(key)
    if (found === wanted[key]) continue
    const received = typeof found === 'string' ? found : 'none'
    const remedy = 'It goes on with the options that it began with.'
    throw wrongSize(wanted[key] ?? 'none', `${shortened(key)} of ${WHAT}`, received, remedy)
  }
  return wanted
}
