/** The curves in words. */
import type { Snapshot } from '../../training/snapshot/snapshot-types.js'

const DIGITS = 3

/** The last value of a series, and where its least one is. */
function phrase(name: string, epochs: Float64Array, values: Float64Array): string {
  const last = values[values.length - 1]
  let least = 0
  values.forEach((value, i) => {
    if (value < values[least]) least = i
  })
  return `${name} loss ${last.toPrecision(DIGITS)}, least ${values[least].toPrecision(DIGITS)} in epoch ${epochs[least]}`
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

export function summaryOf(snapshot: Snapshot | null): string {
  if (snapshot === null) return 'There is no run.'
  const { losses, accuracy } = snapshot
  const { epochs, training, validation } = losses
  if (epochs.length === 0) return 'No epoch is trained.'
  const parts = [`Epoch ${epochs[epochs.length - 1]}. ${phrase('Training', epochs, training.mean)}.`]
  if (validation.mean.length > 0) parts.push(`${phrase('Validation', epochs, validation.mean)}.`)
  if (accuracy.training !== null) {
    const validated = accuracy.validation === null ? '' : `, validation ${percent(accuracy.validation)}`
    parts.push(`Accuracy: training ${percent(accuracy.training)}${validated}.`)
  }
  return parts.join(' ')
}
