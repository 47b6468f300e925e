/** The options of a trial: what its network has in common with others, and what is its own. */
import { memberError, wrongType } from '../../checks/errors.js'
import { checkedOptions, seed } from '../../checks/validate.js'
import { NETWORK_OPTIONS } from '../../network/shape.js'
import { FIT_OPTIONS } from '../../training/fit-options.js'
import type { GroupMember, GroupOptions } from '../../training/group-job.js'
import { TRAINER_OPTIONS } from '../../training/trainer-options.js'
import type { ValueNames } from './canonical-text.js'

/** A trial as the engine trains it. */
export interface TrialSetup {
  readonly number: number
  readonly shared: GroupOptions
  readonly own: GroupMember
  /** Trials with the same key can train together. */
  readonly key: string
}

/** Options of `network`, `trainer` and `fit` that belong to the study, with the reason. */
const REFUSED: Readonly<Record<string, string>> = {
  'network.parameters': 'A trial begins with parameters of its own seed.',
  'trainer.backend': 'It is an option of the search: all trials have the same bits on every backend.',
  'trainer.threads': 'It is an option of the search.',
  'fit.sampleWeight': 'It is an option of the search: data.sampleWeight.',
  'fit.initialEpoch': 'A trial begins with epoch 0.',
  'fit.validationSplit': 'It is an option of the search: validation.',
  'fit.validationData': 'It is an option of the search: validation.',
  'fit.onEpoch': 'Use onProgress of the search.',
  'fit.onProgress': 'Use onProgress of the search.',
  'fit.progressEvery': 'Use onProgress of the search.',
  'fit.signal': 'It is an option of the search.',
  'fit.checkpoint': 'Use journal of the search.',
}

const PARTS = { network: NETWORK_OPTIONS, trainer: TRAINER_OPTIONS, fit: FIT_OPTIONS } as const

/**
 * The options of a trial with the seeds of its parameters and of its orders: those of the space, otherwise `seed`.
 * @param given the space with drawn values
 */
export function withSeeds(given: unknown, seed: number): unknown {
  const { network, fit = {}, ...rest } = given as Record<string, unknown>
  // What is no object is refused later.
  const seeded = (part: unknown) => (isObject(part) && part.seed === undefined ? { ...part, seed } : part)
  return { network: seeded(network), ...rest, fit: seeded(fit) }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Reads the options of a trial.
 * @param given `{ network, trainer, fit }`, with seeds
 * @throws TypeError or RangeError for options that a trial cannot have
 */
export function readTrial(given: unknown, number: number, names: ValueNames): TrialSetup {
  try {
    const { network, trainer, fit } = checkedOptions(given, 'the space', Object.keys(PARTS))
    const { seed: networkSeed, ...ofNetwork } = readPart(network, 'network')
    const { seed: fitSeed, ...ofFit } = readPart(fit, 'fit')
    const { optimizer, ...ofTrainer } = readPart(trainer, 'trainer')
    if (typeof ofTrainer.schedule === 'function') {
      throw wrongType('a name, or a name with options,', 'trainer.schedule', ofTrainer.schedule)
    }
    const shared = { network: ofNetwork, trainer: ofTrainer, fit: ofFit }
    return {
      number,
      shared,
      own: { networkSeed: seed(networkSeed, 'network.seed'), fitSeed: seed(fitSeed, 'fit.seed'), optimizer },
      key: `${keyOf(ofNetwork, 'network', names)} ${keyOf(ofTrainer, 'trainer', names)} ${keyOf(ofFit, 'fit', names)} ${keyOfOptimizer(optimizer)}`,
    }
  } catch (error) {
    throw memberError(error, `trial ${number}`)
  }
}

function readPart(given: unknown, part: keyof typeof PARTS): Record<string, unknown> {
  const options = checkedOptions(given, part, PARTS[part])
  for (const name of Object.keys(options)) {
    const remedy = REFUSED[`${part}.${name}`]
    if (remedy !== undefined && options[name] !== undefined) {
      throw wrongType('nothing', `${part}.${name}`, options[name], remedy)
    }
  }
  return options
}

/** In the order in which the options are declared. */
function keyOf(options: Readonly<Record<string, unknown>>, part: keyof typeof PARTS, names: ValueNames): string {
  let key = part
  for (const name of PARTS[part]) {
    const value = options[name]
    if (value !== undefined) key += ` ${name}=${names.of(value, `${part}.${name}`)}`
  }
  return key
}

/** Numbers may differ between members, except that one which is 0 for one is 0 for all. */
function keyOfOptimizer(optimizer: unknown): string {
  if (typeof optimizer !== 'object' || optimizer === null) return String(optimizer)
  let key = ''
  for (const name of Object.keys(optimizer).sort()) {
    const value = (optimizer as Readonly<Record<string, unknown>>)[name]
    if (value !== undefined)
      key += ` ${name}=${typeof value === 'number' ? (value === 0 ? '0' : 'number') : String(value)}`
  }
  return key
}
