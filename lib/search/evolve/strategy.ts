/** What a strategy of evolution is. */

import type { Chosen } from '../../checks/registry.js'
import type { Configurable } from '../../kernels/option-table.js'
import { optionRecord } from '../space/option-record.js'

/** A choice with all its options, for a plan. */
export const shown = ({ name, entry, options }: Chosen<Configurable>): object => ({
  name,
  ...optionRecord(entry.options, options),
})

/** How one generation follows from the one before. */
export interface Strategy {
  /** All that decides its generations besides the seed, by option, as plain data. */
  readonly plan: Readonly<Record<string, unknown>>
  /** Makes the first generation of the given parameters, in place. parameters: [members × parameters of one] */
  begin(parameters: Float64Array): void
  /**
   * Makes the next generation, in place.
   * @param fitness of the members, [members]; NaN is the worst
   * @param generation the number of the next one, from 1
   */
  next(parameters: Float64Array, fitness: Float64Array, generation: number): void
  /** What it keeps from one generation to the next besides the members; a copy. */
  state(): Float64Array
  /** The length of `state`. */
  readonly stateLength: number
  /** Continues with this state. */
  restore(state: Float64Array): void
}
