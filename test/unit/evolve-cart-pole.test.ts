/** Evolutions of a few small networks that balance a pole on a cart. */
import assert from 'node:assert/strict'
import { Ensemble, type Network } from 'lockstep-nn'
import { type EvolveOptions, evolve, type Population } from 'lockstep-nn/search'
import { generator, isOver, MAX_STEPS, push, type State, start } from '../../examples/cart-pole.js'

const ATTEMPTS = 4
const INPUTS = 4

/** The mean length of each member's attempts, all from the same starts. */
function fitness(population: Population): number[] {
  const { length: members } = population.members
  const starts = Array.from({ length: ATTEMPTS }, () => start(() => population.random()))
  const states = Array.from({ length: members * ATTEMPTS }, (_, i) => starts[i % ATTEMPTS])
  const lengths = Array.from({ length: members }, () => 0)
  const x = new Float64Array(states.length * INPUTS)
  for (let step = 0; step < MAX_STEPS; step++) {
    for (const [i, state] of states.entries()) x.set(state, i * INPUTS)
    const values = population.predict(x)
    for (const [i, state] of states.entries()) {
      if (isOver(state)) continue
      states[i] = push(state, values[i] > 0 ? 1 : 0)
      lengths[Math.floor(i / ATTEMPTS)] += 1 / ATTEMPTS
    }
  }
  return lengths
}

function attempt(network: Network, first: State): number {
  let length = 0
  for (let state = first; length < MAX_STEPS && !isOver(state); length++) {
    state = push(state, network.predict([state])[0] > 0 ? 1 : 0)
  }
  return length
}

const STRATEGIES: readonly [members: number, options: Partial<EvolveOptions>][] = [
  [8, { strategy: 'genetic', mutation: { name: 'gaussian', scale: 0.3 } }],
  [
    9,
    {
      strategy: { name: 'openaiES', deviation: 0.3 },
      optimizer: { name: 'adam', learningRate: 0.2 },
    },
  ],
]

describe('an evolution of networks that balance a pole', () => {
  for (const [members, options] of STRATEGIES) {
    it(`ends with one that balances it from any start, and begins with none: ${members} members`, async () => {
      const seeds = Array.from({ length: members }, (_, i) => 10 + i)
      const layers = [{ units: 4, activation: 'tanh' }, { units: 1 }] as const
      const ensemble = new Ensemble({ inputs: INPUTS, layers, seeds })
      const evolution = await evolve(ensemble, { fitness, generations: 60, target: MAX_STEPS, seed: 1, ...options })
      assert.equal(evolution.stopped, 'target')
      assert.ok(evolution.history[0].best < MAX_STEPS / 2)
      const random = generator(5)
      const lengths = Array.from({ length: 50 }, () => attempt(evolution.best.network, start(random)))
      assert.equal(Math.min(...lengths), MAX_STEPS)
    })
  }
})
