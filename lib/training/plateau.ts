/** The state of the schedule `reduceOnPlateau`, and its step after each epoch. */
import { wrongValue } from '../checks/errors.js'
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

/**
 * The length of a plateau's state. The state consists of finite numbers, so that it survives JSON: the factor of the
 * learning rate, the best value, the epochs since then, the remaining cooldown, and the number of improvements. Where
 * the last one is 0, there is no best value.
 */
export const PLATEAU_STATE = 5

/** The state before the first epoch. */
export const FRESH_PLATEAU: readonly number[] = [1, 0, 0, 0, 0]

/** Refuses a state that no training produces. */
export function checkPlateaus(states: Float64Array, name: string): void {
  states.forEach((value, i) => {
    const place = i % PLATEAU_STATE
    const where = `${name}[${i}]`
    if (place === 0 && !(value >= 0 && value <= 1)) throw wrongValue('a factor from 0 to 1', where, value)
    if (place === 1 && !Number.isFinite(value)) throw wrongValue('a finite number', where, value)
    // Zeros, which null becomes, are no state: the learning rate would stay 0.
    if (place === 0 && value === 0 && states[i + PLATEAU_STATE - 1] === 0) {
      throw wrongValue('a factor above 0', where, value, 'Save the state as numbers: [...trainer.scheduleState].')
    }
    if (place > 1 && !(Number.isInteger(value) && value >= 0))
      throw wrongValue('an integer of at least 0', where, value)
  })
}

/**
 * Updates the state by the value of an epoch; a value that is not finite is never better. state: [PLATEAU_STATE], in
 * place.
 */
export function plateauStep(state: Float64Array, value: number, plateau: Plateau): void {
  const { monitor, factor, patience, threshold, relative, cooldown, minimum } = plateau
  const [, best, , , improvements] = state
  const margin = relative ? Math.abs(best) * threshold : threshold
  const larger = monitor.higher ? value > best + margin : value < best - margin
  const better = Number.isFinite(value) && (improvements === 0 || larger)
  if (better) {
    state[1] = value
    state[4]++
  }
  state[2] = better ? 0 : state[2] + 1
  if (state[3] > 0) {
    state[3]--
    state[2] = 0
  }
  if (state[2] > patience) {
    // Above 0 also where the product underflows: a state with the factor 0 is refused.
    state[0] = Math.max(state[0] * factor, minimum, Number.MIN_VALUE)
    state[3] = cooldown
    state[2] = 0
  }
}
