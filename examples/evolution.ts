/**
 * Neuroevolution: networks learn to balance a pole on a cart by selection, crossover and mutation, without gradients. In
 * a generation all members have the same starts, and the fitness of a member is the mean length of its attempts.
 */
import { Ensemble } from 'lockstep-nn'
import { evolve, type Population } from 'lockstep-nn/search'
import { generator, isOver, MAX_STEPS, mean, push, type State } from './cart-pole.js'
import { quick } from './options.js'

const MEMBERS = 50
const GENERATIONS = quick ? 6 : 60
const ATTEMPTS = 20 // of each member in a generation
const INPUTS = 4

const layers = [{ units: 8, activation: 'tanh' }, { units: 2 }] as const
const seeds = Array.from({ length: MEMBERS }, (_, i) => i)
const ensemble = new Ensemble({ inputs: INPUTS, layers, seeds })

/** A state far from the balance: from some of these, no push is early enough. */
const start = (random: () => number): State => {
  const within = (limit: number) => (2 * random() - 1) * limit
  return [within(1.5), within(1), within(0.15), within(0.75)]
}

/** The mean length of each member's attempts. All attempts of all members make their steps together. */
function fitness(population: Population): number[] {
  const starts = Array.from({ length: ATTEMPTS }, () => start(() => population.random()))
  const states = Array.from({ length: MEMBERS * ATTEMPTS }, (_, i) => starts[i % ATTEMPTS])
  const lengths = states.map(() => 0)
  const x = new Float64Array(states.length * INPUTS)
  const active = new Uint8Array(MEMBERS).fill(1) // whether an attempt of a member goes on
  for (let step = 0; step < MAX_STEPS && active.includes(1); step++) {
    for (const [i, state] of states.entries()) x.set(state, i * INPUTS)
    const values = population.predict(x, { active })
    active.fill(0)
    for (const [i, state] of states.entries()) {
      if (isOver(state)) continue
      states[i] = push(state, values[2 * i + 1] > values[2 * i] ? 1 : 0)
      lengths[i]++
      active[Math.floor(i / ATTEMPTS)] = 1
    }
  }
  return seeds.map((member) => mean(lengths.slice(member * ATTEMPTS, (member + 1) * ATTEMPTS)))
}

const evolution = await evolve(ensemble, {
  fitness,
  generations: GENERATIONS,
  seed: 1,
  selection: 'truncation',
  mutation: { name: 'gaussian', scale: 0.3, decay: 0.95 },
})

const { best, history } = evolution

/** The length of an attempt of the best network. */
function attempt(state: State): number {
  let length = 0
  for (; length < MAX_STEPS && !isOver(state); length++) {
    const [left, right] = best.network.predict([state])
    state = push(state, right > left ? 1 : 0)
  }
  return length
}
const random = generator(1)
const lengths = Array.from({ length: 200 }, () => attempt(start(random)))
const balanced = lengths.filter((length) => length === MAX_STEPS).length

console.log(
  `${history.length} generations of ${MEMBERS} networks, ${ATTEMPTS} attempts of at most ${MAX_STEPS} steps each`,
)
console.log(
  `mean length: ${history[0].mean.toFixed(1)} in the first generation, ${mean(lengths).toFixed(1)} of the best network`,
)
console.log(`the best network balances the pole from ${balanced} of ${lengths.length} other starts`)
console.log(`digest: ${evolution.digest()}`)
