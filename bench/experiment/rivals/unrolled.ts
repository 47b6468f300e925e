/**
 * The experiment's network as hand-written JavaScript: every parameter, sample and sum is a local variable, the only loop
 * is over epochs, and `exp` is the platform's `Math.exp`. It shows the speed of a program without a library's generality.
 */

const LEARNING_RATE = 0.125

/**
 * Trains `parameters` (W0 row-major, b0, W1, b1) in place, one epoch for each element of `losses`. Writes to it the
 * loss before each epoch's update. `x` has four rows of two, `y` four values.
 */
export function trainUnrolled(parameters: Float64Array, x: Float64Array, y: Float64Array, losses: Float64Array): void {
  let [w00, w01, w10, w11, b0, b1, v0, v1, c] = parameters
  const [x00, x01, x10, x11, x20, x21, x30, x31] = x
  const [y0, y1, y2, y3] = y

  for (let epoch = 0; epoch < losses.length; epoch++) {
    // Forward, sample by sample: hidden units p and q, output o.
    const p0 = 1 / (1 + Math.exp(-(b0 + x00 * w00 + x01 * w10)))
    const q0 = 1 / (1 + Math.exp(-(b1 + x00 * w01 + x01 * w11)))
    const o0 = 1 / (1 + Math.exp(-(c + p0 * v0 + q0 * v1)))
    const p1 = 1 / (1 + Math.exp(-(b0 + x10 * w00 + x11 * w10)))
    const q1 = 1 / (1 + Math.exp(-(b1 + x10 * w01 + x11 * w11)))
    const o1 = 1 / (1 + Math.exp(-(c + p1 * v0 + q1 * v1)))
    const p2 = 1 / (1 + Math.exp(-(b0 + x20 * w00 + x21 * w10)))
    const q2 = 1 / (1 + Math.exp(-(b1 + x20 * w01 + x21 * w11)))
    const o2 = 1 / (1 + Math.exp(-(c + p2 * v0 + q2 * v1)))
    const p3 = 1 / (1 + Math.exp(-(b0 + x30 * w00 + x31 * w10)))
    const q3 = 1 / (1 + Math.exp(-(b1 + x30 * w01 + x31 * w11)))
    const o3 = 1 / (1 + Math.exp(-(c + p3 * v0 + q3 * v1)))

    const e0 = o0 - y0
    const e1 = o1 - y1
    const e2 = o2 - y2
    const e3 = o3 - y3
    losses[epoch] = (e0 * e0 + e1 * e1 + e2 * e2 + e3 * e3) / 8

    // Backward: the loss's slope at each unit's input.
    const dz0 = o0 * (1 - o0) * (e0 / 4)
    const dz1 = o1 * (1 - o1) * (e1 / 4)
    const dz2 = o2 * (1 - o2) * (e2 / 4)
    const dz3 = o3 * (1 - o3) * (e3 / 4)
    const dp0 = p0 * (1 - p0) * (v0 * dz0)
    const dq0 = q0 * (1 - q0) * (v1 * dz0)
    const dp1 = p1 * (1 - p1) * (v0 * dz1)
    const dq1 = q1 * (1 - q1) * (v1 * dz1)
    const dp2 = p2 * (1 - p2) * (v0 * dz2)
    const dq2 = q2 * (1 - q2) * (v1 * dz2)
    const dp3 = p3 * (1 - p3) * (v0 * dz3)
    const dq3 = q3 * (1 - q3) * (v1 * dz3)

    v0 -= LEARNING_RATE * (p0 * dz0 + p1 * dz1 + p2 * dz2 + p3 * dz3)
    v1 -= LEARNING_RATE * (q0 * dz0 + q1 * dz1 + q2 * dz2 + q3 * dz3)
    c -= LEARNING_RATE * (dz0 + dz1 + dz2 + dz3)
    w00 -= LEARNING_RATE * (x00 * dp0 + x10 * dp1 + x20 * dp2 + x30 * dp3)
    w01 -= LEARNING_RATE * (x00 * dq0 + x10 * dq1 + x20 * dq2 + x30 * dq3)
    w10 -= LEARNING_RATE * (x01 * dp0 + x11 * dp1 + x21 * dp2 + x31 * dp3)
    w11 -= LEARNING_RATE * (x01 * dq0 + x11 * dq1 + x21 * dq2 + x31 * dq3)
    b0 -= LEARNING_RATE * (dp0 + dp1 + dp2 + dp3)
    b1 -= LEARNING_RATE * (dq0 + dq1 + dq2 + dq3)
  }
  parameters.set([w00, w01, w10, w11, b0, b1, v0, v1, c])
}
