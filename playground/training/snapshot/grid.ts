/** Samples at the places of a map. */
import type { Input } from '../../data/data-set.js'

/** [size × size] samples, row by row from the top left; inputs that are no axis have their middle value. */
export function gridSamples(
  inputs: readonly Input[],
  [across, up]: readonly [number, number],
  size: number,
): Float64Array {
  const x = new Float64Array(size * size * inputs.length)
  const at = ({ min, max }: Input, share: number): number => min + (max - min) * share
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const start = (row * size + column) * inputs.length
      for (let j = 0; j < inputs.length; j++) x[start + j] = inputs[j].middle
      x[start + up] = at(inputs[up], 1 - (row + 0.5) / size)
      x[start + across] = at(inputs[across], (column + 0.5) / size)
    }
  }
  return x
}
