/** REINFORCE (Williams, 1992): a policy learns to balance a pole from the lengths of its own attempts. */
import { Network, Trainer } from 'lockstep-nn'
import { generator, isOver, MAX_STEPS, mean, push, type State, start } from './cart-pole.js'
import { quick } from './options.js'

const UPDATES = quick ? 20 : 60
const ATTEMPTS = 10 // for each update
const DISCOUNT = 0.99

const layers = [
  { units: 32, activation: 'tanh' },
  { units: 2, activation: 'softmax' },
] as const
const policy = new Network({ inputs: 4, layers, seed: 1 })
// The loss of the trainer has no effect: the gradients come from this program.
const trainer = new Trainer(policy, {
  loss: 'categoricalCrossentropy',
  optimizer: { name: 'adam', learningRate: 0.02 },
})
const random = generator(1)
const probabilities = new Float64Array(2)
const gradients = new Float64Array(policy.parameterCount)

/** A step of an attempt; `value`: what followed from it. */
interface Step {
  state: State
  action: number
  probability: number
  value: number
}

/** One attempt. The value of a step is the sum of the rewards from there on, 1 for each step, discounted. */
function attempt(): Step[] {
  const steps: Step[] = []
  for (let state = start(random); steps.length < MAX_STEPS && !isOver(state); ) {
    policy.predict([state], { output: probabilities })
    const action = random() < probabilities[0] ? 0 : 1
    steps.push({ state, action, probability: probabilities[action], value: 0 })
    state = push(state, action)
  }
  for (let i = steps.length - 1, sum = 0; i >= 0; i--) {
    sum = 1 + DISCOUNT * sum
    steps[i].value = sum
  }
  return steps
}

const lengths: number[] = []
for (let update = 0; update < UPDATES; update++) {
  const attempts = Array.from({ length: ATTEMPTS }, attempt)
  lengths.push(...attempts.map((steps) => steps.length))
  const steps = attempts.flat()
  const center = mean(steps.map(({ value }) => value))
  const deviation = Math.sqrt(mean(steps.map(({ value }) => (value - center) * (value - center))))
  // The loss is the mean of -advantage · ln(probability of the action). Its derivative by that probability is
  // -advantage / probability, by the other one 0. The network continues from there by the chain rule.
  const derivatives = new Float64Array(2 * steps.length)
  for (const [i, { action, probability, value }] of steps.entries()) {
    const advantage = (value - center) / deviation
    derivatives[2 * i + action] = -advantage / probability / steps.length
  }
  const states = steps.map(({ state }) => state)
  policy.gradients(states, derivatives, { parameters: gradients, inputs: false })
  trainer.applyGradients(gradients)
}
const [first, last] = [mean(lengths.slice(0, 20)), mean(lengths.slice(-20))]
console.log(`${lengths.length} attempts of at most ${MAX_STEPS} steps, a new policy after each ${ATTEMPTS}`)
console.log(`mean length: ${first.toFixed(1)} of the first 20, ${last.toFixed(1)} of the last 20`)
console.log(`digest: ${policy.digest()}`)
