/** What a loss requires of a model: the last layer, and the form of the targets. */
import { wrongSize, wrongValue } from '../../checks/errors.js'
import { type Chosen, type LayerOption, lossRegistry } from '../../checks/registry.js'
import type { Loss } from '../../kernels/losses.js'
import { cellName, type Records } from '../records/records.js'
import { encodeTargets, labelRows, type Target } from '../targets/targets.js'

export type ChosenLoss = Chosen<Loss>

/** The layer whose outputs the loss compares with the targets. */
export function lastLayer(target: Target, loss: ChosenLoss): LayerOption {
  const { fusedWith, targets } = loss.entry
  if (target.type === 'number') {
    if (!takesNumbers(loss.entry)) {
      const names = lossRegistry.names.filter((name) => takesNumbers(lossRegistry.find(name, 'loss').entry))
      const remedy = `For a number: ${names.join(', ')}. For labels: target: { column, type: 'label' }.`
      throw wrongValue('a loss for a number', 'trainer.loss', loss.name, remedy)
    }
    // The mean of a Poisson distribution is above 0; its usual link is the logarithm.
    return targets === 'nonNegative' ? { units: 1, activation: 'exponential' } : { units: 1 }
  }
  const { length } = target.encoder.labels
  if (length < 2) throw wrongSize('at least two labels', 'target.labels', 'one')
  if (fusedWith !== 'sigmoid') return { units: length, activation: 'softmax' }
  if (length > 2) {
    const remedy = 'It is for two labels: use categoricalCrossentropy.'
    throw wrongValue(`a loss for ${length} labels`, 'trainer.loss', loss.name, remedy)
  }
  return { units: 1, activation: 'sigmoid' }
}

const takesNumbers = ({ fusedWith, targets }: Loss): boolean =>
  fusedWith === null && (targets === 'real' || targets === 'nonNegative')

/** The targets of records, [records × outputs], in the form of the loss. */
export function lossTargets(
  records: Records,
  target: Target,
  { name, entry }: ChosenLoss,
  nameOf: (i: number) => string,
): Float64Array {
  if (target.type === 'number') {
    if (entry.targets === 'nonNegative') checkNonNegative(records, target, name, nameOf)
    return encodeTargets(records, target, nameOf)
  }
  const places = encodeTargets(records, target, nameOf)
  if (entry.targets === 'index' || entry.fusedWith === 'sigmoid') return places
  const rows = labelRows(places, target.encoder.labels.length)
  return entry.targets === 'sign' ? rows.map((value) => 2 * value - 1) : rows
}

function checkNonNegative(
  records: Records,
  target: Target & { readonly type: 'number' },
  loss: string,
  nameOf: (i: number) => string,
): void {
  const numbers = encodeTargets(records, { ...target, scaler: null }, nameOf)
  const negative = numbers.findIndex((value) => value < 0)
  if (negative >= 0) {
    const name = cellName(target.name, nameOf(negative))
    throw wrongValue('a number of at least 0', name, numbers[negative], `The loss ${loss} needs it.`)
  }
  if (target.scaler?.transform(numbers).some((value) => value < 0)) {
    const remedy = `The loss ${loss} needs it. Leave the scaler out, or pass 'none'.`
    throw wrongValue('a scaler that gives numbers of at least 0', 'target.scaler', target.scaler.type, remedy)
  }
}
