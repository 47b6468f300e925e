/**
 * Cart-pole: a pole on a cart that is pushed to the left or to the right, 50 times a second. The equations are those of
 * Barto, Sutton and Anderson, "Neuronlike adaptive elements that can solve difficult learning control problems", IEEE
 * Transactions on Systems, Man, and Cybernetics 13 (1983), without friction. The limits are those of Gymnasium's
 * CartPole-v1.
 */

const GRAVITY = 9.8
const [CART, POLE] = [1, 0.1] // kg
const HALF_LENGTH = 0.5 // of the pole, m
const FORCE = 10 // of a push, N
const STEP = 0.02 // s
const MAX_DISTANCE = 2.4 // of the cart from the middle, m
const MAX_ANGLE = (12 * Math.PI) / 180

export const MAX_STEPS = 500

/** Distance of the cart, its speed, angle of the pole from the vertical, its speed. */
export type State = readonly [number, number, number, number]

// Math.sin and Math.cos may differ in the last bit between machines, and a digest would show it. Angles are below 0.21
// here, where the next terms of these Taylor series are below 1e-11.
const sine = (a: number) => a * (1 - ((a * a) / 6) * (1 - ((a * a) / 20) * (1 - (a * a) / 42)))
const cosine = (a: number) => 1 - ((a * a) / 2) * (1 - ((a * a) / 12) * (1 - ((a * a) / 30) * (1 - (a * a) / 56)))

/** The state after one push: action 0 to the left, 1 to the right. */
export function push([distance, speed, angle, turning]: State, action: number): State {
  const mass = CART + POLE
  const [sin, cos] = [sine(angle), cosine(angle)]
  const force = ((action === 1 ? FORCE : -FORCE) + POLE * HALF_LENGTH * turning * turning * sin) / mass
  const turningRate = (GRAVITY * sin - cos * force) / (HALF_LENGTH * (4 / 3 - (POLE * cos * cos) / mass))
  const acceleration = force - (POLE * HALF_LENGTH * turningRate * cos) / mass
  return [distance + STEP * speed, speed + STEP * acceleration, angle + STEP * turning, turning + STEP * turningRate]
}

/** Whether the pole has fallen, or the cart has left the track. */
export const isOver = ([distance, , angle]: State) => Math.abs(distance) > MAX_DISTANCE || Math.abs(angle) > MAX_ANGLE

/** Random numbers in [0, 1): mulberry32 (T. Ettinger), of 32-bit operations only. */
export function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296
  }
}

/** A state near the balance: each value within 0.05 of 0. */
export const start = (random: () => number): State => {
  const value = () => random() / 10 - 0.05
  return [value(), value(), value(), value()]
}

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
