/** The options and the state of the schedule `reduceOnPlateau`. */
import { wrongValue } from '../checks/errors.js'
import { PLATEAU_LENGTH } from '../kernels/plan.js'
import type { Monitor } from './early-stopping.js'

/** The options of `reduceOnPlateau`, which works as PyTorch's ReduceLROnPlateau. */
export interface Plateau {
  readonly monitor: Monitor
  readonly factor: number
  readonly patience: number
  readonly threshold: number
  readonly relative: boolean
  readonly cooldown: number
  readonly minimum: number
}

/** The state before the first epoch. */
export const FRESH_PLATEAU: readonly number[] = [1, 0, 0, 0, 0]

/** Refuses a state that no training produces. */
export function checkPlateaus(states: Float64Array, name: string): void {
  states.forEach((value, i) => {
    const place = i % PLATEAU_LENGTH
    const where = `${name}[${i}]`
    if (place === 0 && !(value >= 0 && value <= 1)) throw wrongValue('a factor from 0 to 1', where, value)
    if (place === 1 && !Number.isFinite(value)) throw wrongValue('a finite number', where, value)
    // Zeros, which null becomes, are no state: the learning rate would stay 0.
    if (place === 0 && value === 0 && states[i + PLATEAU_LENGTH - 1] === 0) {
      throw wrongValue('a factor above 0', where, value, 'Save the state as numbers: [...trainer.scheduleState].')
    }
    if (place > 1 && !(Number.isInteger(value) && value >= 0))
      throw wrongValue('an integer of at least 0', where, value)
  })
}
