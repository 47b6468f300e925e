/** A trial as the engine trains it: what its network has in common with others, and what is its own. */
import { layerRegistry } from '../../checks/registry.js'
import { withoutInitializers } from '../../network/initialize.js'
import { Network } from '../../network/network.js'
import { NETWORK_OPTIONS, type NetworkOptions } from '../../network/shape.js'
import { FIT_OPTIONS } from '../../training/fit-options.js'
import type { GroupMember, GroupOptions } from '../../training/group-job.js'
import { TRAINER_OPTIONS } from '../../training/trainer-options.js'
import type { ValueNames } from './canonical-text.js'
import type { Fold } from './folds.js'

export interface TrialSetup {
  readonly number: number
  readonly shared: GroupOptions
  /** The options of `Network` without `seed`: of each fold, or for all folds. */
  readonly networks: readonly GroupMember['network'][]
  readonly own: Omit<GroupMember, 'network' | 'name'>
  /** The same for all trials whose samples are the same. */
  readonly folds: readonly Fold[]
  /** Trials with the same key and folds can train together. */
  readonly key: string
}

/** The options of a network with given parameters, which has no initializers. */
export function trainedShape(network: object): Pick<NetworkOptions, 'inputs' | 'layers'> {
  const { inputs, layers } = network as NetworkOptions
  return { inputs, layers: withoutInitializers(layers) }
}

/** @param network the options of the network of a trial */
export const trainedNetwork = (network: object, parameters: Float64Array): Network =>
  new Network({ ...trainedShape(network), parameters })

/** The options of each part of a trial. */
export const PARTS = { network: NETWORK_OPTIONS, trainer: TRAINER_OPTIONS, fit: FIT_OPTIONS } as const

/** What the key of a trial is made of. */
export interface KeyedOptions extends GroupOptions {
  readonly network: GroupMember['network']
  readonly optimizer: unknown
}

/** The key of trials that may be members of one group: see `GroupMember`. */
export function keyOfTrial({ network, trainer, fit, optimizer }: KeyedOptions, names: ValueNames): string {
  return `${keyOf(network, 'network', names)} ${keyOf(trainer, 'trainer', names)} ${keyOf(fit, 'fit', names)} ${keyOfOptimizer(optimizer)}`
}

/** The options that may differ between the layers of members: those of the layers that only training has. */
const RATES: ReadonlySet<string> = new Set(
  layerRegistry.names.flatMap((_, code) => {
    const { trainingOnly, options } = layerRegistry.at(code).entry
    return trainingOnly === true ? Object.keys(options) : []
  }),
)

const rateless = new WeakMap<object, unknown>()

/** The layers with a word in place of each number that may differ. Those of a space are often the same object. */
function withoutRates(layers: unknown): unknown {
  if (!Array.isArray(layers)) return layers
  const known = rateless.get(layers)
  if (known !== undefined) return known
  const found = layers.map((layer) => {
    if (typeof layer !== 'object' || layer === null) return layer
    const copy: Record<string, unknown> = { ...layer }
    for (const name of Object.keys(copy)) {
      const value = copy[name]
      if (RATES.has(name) && typeof value === 'number') copy[name] = 'number'
      else if (name === 'layers') copy[name] = withoutRates(value)
    }
    return copy
  })
  rateless.set(layers, found)
  return found
}

/** In the order in which the options are declared. */
function keyOf(options: Readonly<Record<string, unknown>>, part: keyof typeof PARTS, names: ValueNames): string {
  let key = part
  for (const name of PARTS[part]) {
    const value = name === 'layers' ? withoutRates(options.layers) : options[name]
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
