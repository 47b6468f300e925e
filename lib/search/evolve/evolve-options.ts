/** The options of an evolution, and their checks. */
import type { Backend } from '../../backend/backend.js'
import { chooseBackend } from '../../backend/choose.js'
import { abortSignal, type Signal } from '../../checks/abort.js'
import { versionRemedy } from '../../checks/brand.js'
import { wrongType, wrongValue } from '../../checks/errors.js'
import { requireFinite } from '../../checks/rows.js'
import { callback, seed as checkSeed, integer, optionsObject } from '../../checks/validate.js'
import { Ensemble } from '../../network/ensemble.js'
import type { GenerationRecord } from './evolution.js'
import type { Population } from './population.js'
import { readState, type SavedEvolution, type Snapshot } from './saved-evolution.js'
import { chooseStrategy, OPERATOR_OPTIONS, type OperatorOptions, type StrategyOption } from './strategies.js'
import type { Strategy } from './strategy.js'

/** A fitness for each member, [members]: higher is better, NaN is the worst. */
export type Fitness = (
  population: Population,
) => Float64Array | readonly number[] | Promise<Float64Array | readonly number[]>

/** What `onGeneration` gets. */
export interface GenerationReport extends GenerationRecord {
  /** The number of all generations. */
  readonly generations: number
  /** The state after this generation, from which `evolve` goes on with the option `state`. */
  save(): SavedEvolution
}

export interface EvolveOptions extends OperatorOptions {
  /** Called once a generation. `evolve` awaits the result. An exception ends the evolution. */
  fitness: Fitness
  /** The number of generations, with those of `state`. */
  generations: number
  /** How a generation follows from the one before. Default `genetic`. */
  strategy?: StrategyOption
  /** The seed of all random numbers: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
  /** The evolution ends after a generation with a member of at least this fitness. Default: none. */
  target?: number
  /** What an evolution of the same options has saved: goes on from there. */
  state?: SavedEvolution | string
  /** As for Trainer; it does not change a bit. Default `auto`. */
  backend?: string
  /** Ends the evolution; its result is that of the generations that were done. */
  signal?: Signal
  /** Called after each generation. `evolve` awaits the result; `false` ends the evolution. An exception ends it too. */
  onGeneration?: (report: GenerationReport) => unknown
}

/** The checked options. */
export interface EvolveSettings {
  readonly ensemble: Ensemble
  readonly fitness: Fitness
  readonly generations: number
  readonly seed: number
  readonly strategy: Strategy
  /** NaN: none. */
  readonly target: number
  /** Null: begins with generation 0. */
  readonly state: Snapshot | null
  readonly backend: Backend
  readonly signal: Signal | null
  readonly onGeneration: ((report: GenerationReport) => unknown) | null
}

const OPTIONS = [
  'fitness',
  'generations',
  'strategy',
  ...OPERATOR_OPTIONS,
  'seed',
  'target',
  'state',
  'backend',
  'signal',
  'onGeneration',
]

const MAX_GENERATIONS = 2 ** 31 - 1

export function evolveSettings(ensemble: unknown, options: unknown): EvolveSettings {
  if (!(ensemble instanceof Ensemble)) {
    throw wrongType('an Ensemble', 'ensemble', ensemble, versionRemedy(ensemble, 'Ensemble'))
  }
  const given = optionsObject(options, 'the options of evolve', OPTIONS)
  const { fitness, target } = given
  if (typeof fitness !== 'function') throw wrongType('a function', 'fitness', fitness)
  const generations = integer(given.generations, 'generations', 1, MAX_GENERATIONS)
  const seed = given.seed === undefined ? 0 : checkSeed(given.seed, 'seed')
  if (target !== undefined && typeof target !== 'number') throw wrongType('a number', 'target', target)
  if (Number.isNaN(target)) throw wrongValue('a number', 'target', target)
  const onGeneration = callback(given.onGeneration, 'onGeneration')
  const { backend } = chooseBackend(given.backend)
  const signal = abortSignal(given.signal)
  requireFinite(ensemble.attachedParameters(), 'ensemble.parameters')
  const strategy = chooseStrategy(given, ensemble, seed)
  return {
    ensemble,
    fitness: fitness as Fitness,
    generations,
    seed,
    strategy,
    target: (target as number | undefined) ?? NaN,
    state: given.state === undefined ? null : readState(given.state, ensemble, strategy, seed),
    backend,
    signal,
    onGeneration: onGeneration as EvolveSettings['onGeneration'],
  }
}
