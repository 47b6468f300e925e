/** The scale of the spread of an ensemble. */
import type { Snapshot } from '../../training/snapshot/snapshot-types.js'

/** The least bound of the scale, as a share of the range of the outputs: members that agree are not shown as noise. */
const LEAST = 0.01

/** The value at the end of the scale: the largest standard deviation, rounded up to 1, 2 or 5 times a power of ten. */
export function spreadBound({ output, outputs }: Pick<Snapshot, 'output' | 'outputs'>): number {
  let largest = LEAST * (outputs.high - outputs.low)
  for (const value of output.spread) if (value > largest && value < Infinity) largest = value
  const power = 10 ** Math.floor(Math.log10(largest))
  const factor = [1, 2, 5, 10].find((one) => one * power >= largest) ?? 10
  return Number((factor * power).toPrecision(1))
}
