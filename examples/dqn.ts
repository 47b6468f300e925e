/** Deep Q-learning (Mnih et al., 2015): a network learns what an action is worth, from a memory of its own attempts. */
import { Network, Trainer } from 'lockstep-nn'
import { generator, isOver, MAX_STEPS, mean, push, type State, start } from './cart-pole.js'
import { quick } from './options.js'

const STEPS = quick ? 4000 : 20_000 // of all attempts together
const BATCH = 32
const FIRST = 500 // steps before the first batch
const EXPLORED = STEPS / 5 // steps in which the share of random actions falls from 1 to LEAST_RANDOM
const LEAST_RANDOM = 0.05
const COPIED = 100 // steps between two copies to the target network
const DISCOUNT = 0.99
const REWARD = 1 - DISCOUNT // for each step, so that the value of an endless attempt is 1

const layers = [{ units: 32, activation: 'tanh' }, { units: 32, activation: 'tanh' }, { units: 2 }] as const
const network = new Network({ inputs: 4, layers, seed: 1 })
// The targets come from an earlier network: with those of the current one, each error would change its own target.
const target = network.clone()
const trainer = new Trainer(network, { loss: 'huber', optimizer: { name: 'adam', learningRate: 0.003 } })
const random = generator(1)
const below = (count: number) => Math.floor(random() * count)

/** A state as the networks get it: values of about 1. */
const scaled = ([distance, speed, angle, turning]: State) => [distance / 2.4, speed / 2, angle * 5, turning / 2]

/** `next` followed from `action` in `state`. */
interface Step {
  state: State
  action: number
  next: State
}
const memory: Step[] = []
const values = new Float64Array(2) // of both actions in one state

/** One step of the optimizer: an action should be worth the reward plus the discounted value of the next state. */
function learn(): void {
  const batch = Array.from({ length: BATCH }, () => memory[below(memory.length)])
  const states = batch.map(({ state }) => scaled(state))
  const following = target.predict(batch.map(({ next }) => scaled(next)))
  const wanted = network.predict(states) // of the other action the current value: its error is 0, and so its gradient
  for (const [i, { action, next }] of batch.entries()) {
    const best = isOver(next) ? 0 : Math.max(following[2 * i], following[2 * i + 1])
    wanted[2 * i + action] = REWARD + DISCOUNT * best
  }
  trainer.step(states, wanted)
}

const lengths: number[] = []
let state = start(random)
for (let step = 0, length = 1; step < STEPS; step++, length++) {
  network.predict([scaled(state)], { output: values })
  const isRandom = random() < Math.max(1 - ((1 - LEAST_RANDOM) * step) / EXPLORED, LEAST_RANDOM)
  const action = isRandom ? below(2) : values[1] > values[0] ? 1 : 0
  const next = push(state, action)
  memory.push({ state, action, next })
  state = next
  if (isOver(state) || length === MAX_STEPS) {
    lengths.push(length)
    length = 0
    state = start(random)
  }
  if (step === (STEPS * 7) / 10) trainer.learningRate /= 10
  if (step >= FIRST) learn()
  if (step % COPIED === 0) target.parameters.set(network.parameters)
}
const [first, last] = [mean(lengths.slice(0, 20)), mean(lengths.slice(-20))]
console.log(`${STEPS} steps in ${lengths.length} attempts of at most ${MAX_STEPS} steps`)
console.log(`mean length: ${first.toFixed(1)} of the first 20, ${last.toFixed(1)} of the last 20`)
console.log(`digest: ${network.digest()}`)
