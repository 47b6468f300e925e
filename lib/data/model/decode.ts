/** The predictions of targets from the outputs of a network. ES modules of models have the text of these functions. */
import { wrongValue } from '../../checks/errors.js'
import { areFinite } from '../../checks/rows.js'
import { type Decoded, decoderOf } from '../targets/decoders.js'
import type { NameOf } from '../targets/entry.js'
import type { Target } from '../targets/targets.js'

/** A target and its number of outputs of the network. */
export interface TargetUnits {
  readonly target: Target
  readonly units: number
}

/** The predictions of the targets of a network from its outputs [rows × units of all]; all of them finite. */
export function decodedOutputs(outputs: Float64Array, targets: readonly TargetUnits[], nameOf: NameOf): Decoded[] {
  const width = targets.reduce((sum, { units }) => sum + units, 0)
  requireFiniteRows(outputs, width, nameOf)
  const rows = outputs.length / width
  let first = 0
  return targets.map(({ target, units }) => {
    const own = targets.length === 1 ? outputs : someColumns(outputs, width, first, units)
    first += units
    const values = decoderOf(target).decode(own, target, units)
    requireFiniteRows(values, values.length / rows, nameOf)
    return { target, values }
  })
}

/** Some columns of a matrix of rows. */
function someColumns(values: Float64Array, columns: number, first: number, count: number): Float64Array {
  const result = new Float64Array((values.length / columns) * count)
  for (let i = 0; i < result.length; i++) result[i] = values[Math.floor(i / count) * columns + first + (i % count)]
  return result
}

/** Refuses predictions that are not finite; the error names the record. */
function requireFiniteRows(values: Float64Array, columns: number, nameOf: NameOf): void {
  if (areFinite(values)) return
  const i = values.findIndex((value) => !Number.isFinite(value))
  const name = `the prediction for ${nameOf(Math.floor(i / columns))}`
  throw wrongValue('a finite number', name, values[i], 'Look for numbers far beyond those of the training.')
}
