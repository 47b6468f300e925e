/** A trial as the engine trains it: what its network has in common with others, and what is its own. */
import { NETWORK_OPTIONS } from '../../network/shape.js'
import { FIT_OPTIONS } from '../../training/fit-options.js'
import type { GroupMember, GroupOptions } from '../../training/group-job.js'
import { TRAINER_OPTIONS } from '../../training/trainer-options.js'
import type { ValueNames } from './canonical-text.js'
import type { Fold } from './folds.js'

export interface TrialSetup {
  readonly number: number
  readonly shared: GroupOptions
  /** Of each fold, where they differ; by default that of `shared`. */
  readonly networks?: readonly GroupOptions['network'][]
  readonly own: GroupMember
  /** The same for all trials whose samples are the same. */
  readonly folds: readonly Fold[]
  /** Trials with the same key and folds can train together. */
  readonly key: string
}

/** The options of each part of a trial. */
export const PARTS = { network: NETWORK_OPTIONS, trainer: TRAINER_OPTIONS, fit: FIT_OPTIONS } as const

/** The key of trials with these options in common, and an optimizer with the same name. */
export const keyOfTrial = ({ network, trainer, fit }: GroupOptions, optimizer: unknown, names: ValueNames): string =>
  `${keyOf(network, 'network', names)} ${keyOf(trainer, 'trainer', names)} ${keyOf(fit, 'fit', names)} ${keyOfOptimizer(optimizer)}`

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
