/** The heads of a model: networks, or ensembles of them, each with the targets that it predicts. */
import { versionRemedy } from '../../checks/brand.js'
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { areFinite } from '../../checks/rows.js'
import { Ensemble } from '../../network/ensemble.js'
import { Network } from '../../network/network.js'
import { entryOf, type Target } from '../targets/targets.js'

/** One network, or an ensemble whose mean outputs are used, and the targets of its outputs in order. */
export interface Head {
  readonly network: Network | Ensemble
  readonly targets: readonly Target[]
}

/** The predictions of one target: numbers in their own unit [rows], or probabilities [rows × labels]. */
export interface Decoded {
  readonly target: Target
  readonly values: Float64Array
}

export interface BackendOption {
  /** As in `TrainerOptions`. Default `auto`. */
  backend?: string
}

export const membersOf = ({ network }: Head): readonly Network[] =>
  network instanceof Ensemble ? network.members : [network]

export function checkNetwork(given: unknown, name: string): Network | Ensemble {
  if (given instanceof Network || given instanceof Ensemble) return given
  throw wrongType('a Network or an Ensemble', name, given, versionRemedy(given, 'Network', 'Ensemble'))
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

/** Predictions of all targets of a head; all of them finite. */
export function decodedBy(
  head: Head,
  x: Float64Array,
  options: BackendOption,
  nameOf: (i: number) => string,
): Decoded[] {
  const { network, targets } = head
  const outputs = network instanceof Ensemble ? network.predict(x, options).mean : network.predict(x, options)
  requireFinite(outputs, network.outputs, nameOf)
  const rows = outputs.length / network.outputs
  let first = 0
  return unitsOf(head).map((units, i) => {
    const target = targets[i]
    const width = units as number
    const own = targets.length === 1 ? outputs : columnsOf(outputs, network.outputs, first, width)
    first += width
    const values = entryOf(target.type).decode(own, target, width)
    requireFinite(values, values.length / rows, nameOf)
    return { target, values }
  })
}

/** Some columns of a matrix of rows. */
function columnsOf(values: Float64Array, columns: number, first: number, count: number): Float64Array {
  const result = new Float64Array((values.length / columns) * count)
  for (let i = 0; i < result.length; i++) result[i] = values[Math.floor(i / count) * columns + first + (i % count)]
  return result
}

/** Refuses predictions that are not finite; the error names the record. */
function requireFinite(values: Float64Array, columns: number, nameOf: (i: number) => string): void {
  if (areFinite(values)) return
  const i = values.findIndex((value) => !Number.isFinite(value))
  const name = `the prediction for ${nameOf(Math.floor(i / columns))}`
  throw wrongValue('a finite number', name, values[i], 'Look for numbers far beyond those of the training.')
}
