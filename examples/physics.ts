/** A physics-informed fit (Raissi et al., 2019): a damped oscillation, learned from its equation without data. */
import { Network, Trainer } from 'lockstep-nn'
import { quick } from './options.js'

// u'' + 2ζω u' + ω² u = 0 with u(0) = 1 and u'(0) = 0. A network has first derivatives only, so the equation is
// written as two of first order, with v = u' / ω: u' = ω v and v' = -ω u - 2ζω v. The outputs are u and v.
const OMEGA = 2
const ZETA = 0.2
const DAMPING = 2 * ZETA * OMEGA
const END = 3
const POINTS = 64
const H = 1e-4
const STEPS = quick ? 1500 : 6000

const layers = [{ units: 16, activation: 'tanh' }, { units: 16, activation: 'tanh' }, { units: 2 }] as const
const network = new Network({ inputs: 1, layers, seed: 1 })
const trainer = new Trainer(network, {
  loss: 'meanSquaredError', // has no effect: the gradients come from this program
  optimizer: { name: 'adam', learningRate: 0.02 },
  schedule: { name: 'cosine', epochs: STEPS }, // each applyGradients counts as an epoch
})

const times = Float64Array.from({ length: POINTS }, (_, i) => (END * i) / (POINTS - 1))
const x = Float64Array.of(...times, ...times.map((t) => t + H), ...times.map((t) => t - H), 0)
const onlyU = Float64Array.from({ length: 2 * POINTS }, (_, i) => (i % 2 === 0 ? 1 : 0))
const onlyV = onlyU.map((value) => 1 - value)
const output = new Float64Array(2 * POINTS)
const du = new Float64Array(POINTS) // u' at the times
const dv = new Float64Array(POINTS)
const derivatives = new Float64Array(2 * x.length) // of the loss, by u and v of each row of x
const parameters = new Float64Array(network.parameterCount)

/**
 * One step for the loss: the mean over the times of p² + q², where p = u' - ω v and q = v' + ω u + 2ζω v, plus
 * (u(0) - 1)² + v(0)². Its gradient by the parameters w has the mixed derivative du'/dw, which the network does not
 * have. A central difference gives it: du'/dw = (du/dw at t + h - du/dw at t - h) / 2h, up to an error of order h². So
 * p du'/dw becomes two rows of `gradients`, at t + h with the derivative p / 2h by u and at t - h with -p / 2h. The
 * residuals p and q themselves are from exact derivatives by the input.
 */
function step(): void {
  network.predict(times, { output })
  network.gradients(times, onlyU, { inputs: du, parameters: false })
  network.gradients(times, onlyV, { inputs: dv, parameters: false })
  for (let i = 0; i < POINTS; i++) {
    const [u, v] = [output[2 * i], output[2 * i + 1]]
    const p = (2 * (du[i] - OMEGA * v)) / POINTS // the factor 2 of (p²)' included
    const q = (2 * (dv[i] + OMEGA * u + DAMPING * v)) / POINTS
    derivatives.set([OMEGA * q, DAMPING * q - OMEGA * p], 2 * i)
    derivatives.set([p / (2 * H), q / (2 * H)], 2 * (POINTS + i))
    derivatives.set([-p / (2 * H), -q / (2 * H)], 2 * (2 * POINTS + i))
  }
  derivatives.set([2 * (output[0] - 1), 2 * output[1]], 2 * 3 * POINTS)
  network.gradients(x, derivatives, { parameters, inputs: false })
  trainer.applyGradients(parameters)
}
for (let i = 0; i < STEPS; i++) step()

// The exact solution, which is no part of the digest: functions of Math may differ in the last bit between machines.
const damped = OMEGA * Math.sqrt(1 - ZETA * ZETA)
const exact = (t: number) =>
  Math.exp(-ZETA * OMEGA * t) * (Math.cos(damped * t) + ((ZETA * OMEGA) / damped) * Math.sin(damped * t))
network.predict(times, { output })
const largest = Math.max(...Array.from(times, (t, i) => Math.abs(output[2 * i] - exact(t))))
console.log(`${STEPS} steps for ${POINTS} times from 0 to ${END}`)
console.log(`largest error: ${largest.toExponential(1)}`)
console.log(`digest: ${network.digest()}`)
