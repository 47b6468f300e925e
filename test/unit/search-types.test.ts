/** The types of spaces: what a search takes needs no casts, and what it refuses is an error of the compiler where it can be. */
import assert from 'node:assert/strict'
import { choice, integer, logUniform, type SearchOptions, type SearchSpace, search, uniform } from 'lockstep-nn/search'

const x = Array.from({ length: 20 }, (_, i) => [(i % 7) / 7, (i % 5) / 5])
const y = x.map(([a, b]) => a * b)

type Network = SearchSpace['network']

const networks: readonly Network[] = [
  { inputs: 2, layers: [{ units: integer(1, 3), activation: choice(['relu', 'tanh']) }, { units: 1 }] },
  { inputs: 2, layers: [{ units: 3, activation: 'leakyRelu', alpha: uniform(0.1, 0.3) }, { units: 1 }] },
  { inputs: 2, layers: [choice([{ type: 'dropout', rate: 0.1 }, { type: 'batchNormalization' }]), { units: 1 }] },
  {
    inputs: 2,
    layers: choice([
      [{ units: 2, activation: 'tanh' }, { units: 1 }],
      [{ units: 4, activation: choice(['relu', 'sigmoid']) }, { type: 'dropout', rate: uniform(0, 0.5) }, { units: 1 }],
      [{ type: 'residual', layers: choice([[{ units: 2 }], [{ units: 2, activation: 'relu' }]]) }, { units: 1 }],
    ]),
  },
]

const trainers: readonly SearchSpace['trainer'][] = [
  { loss: choice(['meanSquaredError', 'huber']), optimizer: choice(['sgd', 'adam']) },
  { loss: 'meanSquaredError', optimizer: { name: choice(['sgd', 'adam']), learningRate: logUniform(1e-3, 1e-1) } },
  { loss: 'meanSquaredError', optimizer: choice(['adam', { name: 'sgd', momentum: uniform(0, 0.9) }]) },
  { loss: 'meanSquaredError', optimizer: 'adam', schedule: choice([undefined, 'cosine']) },
]

export const refused: readonly Network[] = [
  // @ts-expect-error a misspelled activation
  { inputs: 2, layers: [{ units: 2, activation: choice(['relu', 'tanhh']) }] },
  // @ts-expect-error a misspelled option
  { inputs: 2, layers: [{ unit: 2 }] },
  // @ts-expect-error a misspelled option in a choice
  { inputs: 2, layers: choice([[{ unit: 2 }]]) },
  // @ts-expect-error a layer without units
  { inputs: 2, layers: [{ activation: choice(['relu', 'tanh']) }] },
]

describe('the types of a search', () => {
  it('take every option as a parameter, without casts', async () => {
    for (const network of networks) {
      for (const trainer of trainers) {
        const fit = { epochs: 2, earlyStopping: choice([undefined, { patience: 1 }]) }
        const { trials } = await search({ data: { x, y }, space: { network, trainer, fit }, trials: 4 })
        assert.deepEqual(
          trials.map(({ state }) => state),
          ['complete', 'complete', 'complete', 'complete'],
        )
      }
    }
  })

  it('take options of which it is not known whether they have arrays or records', async () => {
    const either: SearchOptions[] = [
      { data: { x, y }, space: { network: networks[0], trainer: trainers[0], fit: { epochs: 1 } }, trials: 2 },
      {
        data: { records: y.map((t, i) => ({ a: i, t })) },
        space: { model: { target: 't', fit: { epochs: 1 } } },
        trials: 2,
      },
    ]
    for (const options of either) assert.equal((await search(options)).trials.length, 2)
  })
})
