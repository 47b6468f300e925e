/** The heads of a model: networks, or ensembles of them, each with the targets that it predicts. */
import { versionRemedy } from '../../checks/brand.js'
import { wrongSize, wrongType } from '../../checks/errors.js'
import { Ensemble } from '../../network/ensemble.js'
import { Network } from '../../network/network.js'
import { WeightedEnsemble } from '../../network/weighted-ensemble.js'
import type { Decoded } from '../targets/decoders.js'
import { entryOf, type Target } from '../targets/targets.js'
import { decodedOutputs, type TargetUnits } from './decode.js'

/** A network, or ensembles whose mean outputs are used. */
export type HeadNetwork = Network | Ensemble | WeightedEnsemble

/** A network, and the targets of its outputs in order. */
export interface Head {
  readonly network: HeadNetwork
  readonly targets: readonly Target[]
}

export interface BackendOption {
  /** As in `TrainerOptions`. Default `auto`. */
  backend?: string
}

export const membersOf = ({ network }: Head): readonly Network[] =>
  network instanceof Network ? [network] : network.members

export function checkNetwork(given: unknown, name: string): HeadNetwork {
  if (given instanceof Network || given instanceof Ensemble || given instanceof WeightedEnsemble) return given
  const remedy = versionRemedy(given, 'Network', 'Ensemble', 'WeightedEnsemble')
  throw wrongType('a Network, an Ensemble or a WeightedEnsemble', name, given, remedy)
}

/** Checks that the network of a head can predict its targets. */
export function checkHead(head: Head, name: string): void {
  const [{ outputs, layers }] = membersOf(head)
  const { activation } = layers[layers.length - 1]
  const units = unitsOf(head)
  const unfit = units.indexOf(null)
  const sum = units.reduce<number>((total, one) => total + (one ?? 0), 0)
  if (unfit < 0 && sum === outputs && (units.length === 1 || activation !== 'softmax')) return
  const received = `one of ${outputs} with ${activation}`
  if (units.length > 1) throw wrongSize(`a network for ${units.length} targets, without softmax,`, name, received)
  const [target] = head.targets
  const { predicts, needs } = entryOf(target.type)
  throw wrongSize(needs(target), name, predicts === 'number' ? `one with ${outputs}` : received)
}

/** The number of outputs of each target; null for a target that the last layer cannot predict. */
function unitsOf(head: Head): (number | null)[] {
  const { layers } = membersOf(head)[0]
  const { activation } = layers[layers.length - 1]
  return head.targets.map((target) => entryOf(target.type).units(target, activation))
}

/** The targets of a checked head, with their numbers of outputs. */
export function targetUnits(head: Head): TargetUnits[] {
  const units = unitsOf(head) as number[]
  return head.targets.map((target, i) => ({ target, units: units[i] }))
}

/** Predictions of all targets of a head; all of them finite. */
export function decodedBy(
  head: Head,
  x: Float64Array,
  options: BackendOption,
  nameOf: (i: number) => string,
): Decoded[] {
  const { network } = head
  const outputs = network instanceof Network ? network.predict(x, options) : network.predict(x, options).mean
  return decodedOutputs(outputs, targetUnits(head), nameOf)
}

/** The same off the main thread, where the backend has threads. */
export async function decodedAsyncBy(head: Head, x: Float64Array, nameOf: (i: number) => string): Promise<Decoded[]> {
  const { network } = head
  const outputs = network instanceof Network ? await network.predictAsync(x) : (await network.predictAsync(x)).mean
  return decodedOutputs(outputs, targetUnits(head), nameOf)
}
