/** A diverged training leaves the parameters, the optimizer's state and the epoch from before, to the bit. */
import assert from 'node:assert/strict'
import { DivergenceError, Ensemble, type LayerOption, Network, type OptimizerOption, Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { implementations } from '../support/paths.js'
import { rowTests } from '../support/rows.js'
import { numbers } from '../support/values.js'

const INPUTS = 2
const ROWS = 7
const x = numbers(ROWS * INPUTS, 1)

/** Networks for each form of the kernels; `threads` where a layer is wide enough to be shared. */
const FORMS: Readonly<Record<string, { readonly layers: readonly LayerOption[]; readonly threads?: number }>> = {
  '2-2-1': { layers: [{ units: 2, activation: 'tanh' }, { units: 1 }] },
  'a few units': { layers: [{ units: 5, activation: 'tanh' }, { units: 2 }] },
  'a frozen layer': { layers: [{ units: 3, activation: 'tanh', trainable: false }, { units: 4 }, { units: 1 }] },
  'many units': { layers: [{ units: 70, activation: 'tanh' }, { units: 17, activation: 'tanh' }, { units: 1 }] },
  'many units on three threads': {
    layers: [{ units: 70, activation: 'tanh' }, { units: 70, activation: 'tanh' }, { units: 1 }],
    threads: 3,
  },
  normalizations: {
    layers: [{ type: 'batchNormalization' }, { units: 4 }, { type: 'layerNormalization' }, { units: 1 }],
  },
}

/** Every optimizer that has a state, with each of its vectors. */
const OPTIMIZERS: readonly OptimizerOption[] = [
  { name: 'sgd', learningRate: 0.01, momentum: 0.9 },
  { name: 'sgd', learningRate: 0.01, momentum: 0.5, nesterov: true },
  'adam',
  { name: 'adam', amsgrad: true },
  'adamw',
  'rmsprop',
  { name: 'rmsprop', momentum: 0.5, centered: true },
  'adagrad',
  'adadelta',
  'nadam',
  'lion',
]

const outputsOf = (layers: readonly LayerOption[]): number => layers[layers.length - 1].units as number

interface Left {
  readonly parameters: Float64Array
  readonly state: Float64Array
  readonly epoch: number
}

const leftOf = (trainer: Trainer<Network> | Trainer<Ensemble>): Left => ({
  parameters: trainer.network.parameters.slice(),
  state: trainer.optimizerState.slice(),
  epoch: trainer.epoch,
})

function sameLeft(actual: Left, expected: Left, where: string): void {
  sameBits(actual.parameters, expected.parameters, `${where}: parameters`)
  sameBits(actual.state, expected.state, `${where}: optimizerState`)
  assert.equal(actual.epoch, expected.epoch, where)
}

for (const backend of implementations) {
  describe(`after a bad batch on ${backend}`, () => {
    for (const [form, { layers, threads = 1 }] of Object.entries(FORMS)) {
      const outputs = outputsOf(layers)
      const y = numbers(ROWS * outputs, 2)
      // The squares of the errors overflow: a loss of Infinity.
      const bad = new Float64Array(ROWS * outputs).fill(1e200)
      const fit = { batchSize: 3, seed: 4 }
      const make = (optimizer: OptimizerOption): Trainer => {
        const network = new Network({ inputs: INPUTS, layers, seed: 1 })
        return new Trainer(network, { loss: 'meanSquaredError', optimizer, backend, threads })
      }
      // The larger ones are slow.
      const epochs = layers.length === 2 ? 200 : 20

      it(`a network continues as without the batch: ${form}`, async () => {
        for (const optimizer of OPTIMIZERS) {
          const where = JSON.stringify(optimizer)
          const [spared, met] = [make(optimizer), make(optimizer)]
          for (const trainer of [spared, met]) trainer.partialFitSync(x, y, { ...fit, epochs: 3 })
          const before = leftOf(met)
          assert.throws(() => met.partialFitSync(x, bad, { ...fit, epochs: 2 }), DivergenceError)
          sameLeft(leftOf(met), before, `${where}, at once`)
          await assert.rejects(met.partialFit(x, bad, { ...fit, epochs: 2 }), DivergenceError)
          sameLeft(leftOf(met), before, `${where}, asynchronously`)
          for (const trainer of [spared, met]) trainer.partialFitSync(x, y, { ...fit, epochs })
          sameLeft(leftOf(met), leftOf(spared), `${where}, later`)
          assert.ok(leftOf(met).parameters.some((value, i) => value !== before.parameters[i]))
        }
      }).timeout(60_000)

      it(`the members of an ensemble continue as without the batch: ${form}`, async () => {
        for (const optimizer of OPTIMIZERS) {
          const where = JSON.stringify(optimizer)
          const seeds = Array.from({ length: 9 }, (_, i) => i)
          const options = { loss: 'meanSquaredError', optimizer, backend, threads } as const
          const one = (): Trainer<Ensemble> => new Trainer(new Ensemble({ inputs: INPUTS, layers, seeds }), options)
          const [spared, met] = [one(), one()]
          for (const trainer of [spared, met]) trainer.partialFitSync(x, y, { ...fit, epochs: 2 })
          const before = leftOf(met)
          const { members } = await met.partialFit(x, bad, { ...fit, epochs: 2 })
          assert.ok(members.every((member) => member instanceof DivergenceError))
          sameLeft(leftOf(met), before, where)
          for (const trainer of [spared, met]) trainer.partialFitSync(x, y, { ...fit, epochs: 5 })
          sameLeft(leftOf(met), leftOf(spared), `${where}, later`)
        }
      }).timeout(60_000)

      it(`a training that diverges later has the state of its last finite epoch: ${form}`, () => {
        // Errors grow from epoch to epoch, after layers without normalization.
        const linear = layers.map((layer) => ({ ...layer, activation: 'linear' }) as LayerOption)
        if (linear.some(({ type }) => type !== undefined)) return
        const optimizer = { name: 'sgd', learningRate: 3, momentum: 0.5 } as const
        const grow = (): Trainer => {
          const network = new Network({ inputs: INPUTS, layers: linear, seed: 1 })
          return new Trainer(network, { loss: 'meanSquaredError', optimizer, backend, threads })
        }
        const [whole, until] = [grow(), grow()]
        let epoch = 0
        assert.throws(
          () => whole.partialFitSync(x, y, { ...fit, epochs: 10_000 }),
          (error) => {
            epoch = (error as DivergenceError).epoch
            return error instanceof DivergenceError
          },
        )
        assert.ok(epoch > 0)
        until.partialFitSync(x, y, { ...fit, epochs: epoch })
        sameLeft(leftOf(whole), leftOf(until), form)
      })
    }
  })

  describe(`an optimizer's state that is no longer finite on ${backend}`, () => {
    const row = rowTests()
    // The gradient of the weight is 1e3 · -1e153: finite as the loss is, half the square of 1e153, but not its square.
    const sample = [[1e3]]
    const target = [[1e153]]
    const options = { loss: 'halfSquaredError', backend } as const
    const message =
      /^Training diverged in epoch 0: a value of the optimizer's state is not finite\. The parameters and the optimizer's state/

    for (const name of ['adam', 'adamw', 'rmsprop', 'adagrad', 'adadelta', 'nadam'] as const) {
      row('is a divergence', name, () => {
        for (const layers of [[{ units: 1 }], [{ units: 1, trainable: false }, { units: 1 }]] as LayerOption[][]) {
          const network = new Network({ inputs: 1, layers, initializer: 'ones' })
          const trainer = new Trainer(network, { ...options, optimizer: name })
          const before = leftOf(trainer)
          assert.throws(() => trainer.fitSync(sample, target), { name: 'DivergenceError', message, epoch: 0 })
          sameLeft(leftOf(trainer), before, name)
        }
      })

      row('stops a member of an ensemble alone', name, () => {
        const layers: LayerOption[] = [{ units: 1 }]
        const parameters = Float64Array.of(1, 0, 1e150, 0, 2, 0)
        const ensemble = new Ensemble({ inputs: 1, layers, seeds: [1, 2, 3], parameters })
        const trainer = new Trainer(ensemble, { ...options, optimizer: name })
        const states = trainer.optimizerState.slice()
        // The error of the second member is 1e153.
        const { members } = trainer.fitSync(sample, [[1]], { epochs: 2 })
        const [first, second, third] = members
        assert.ok(second instanceof DivergenceError && message.test(second.message), String(second))
        assert.ok(!(first instanceof DivergenceError) && !(third instanceof DivergenceError))
        sameBits(ensemble.members[1].parameters, Float64Array.of(1e150, 0), 'parameters')
        const length = states.length / 3
        const own = (all: Float64Array): Float64Array => all.subarray(length, 2 * length)
        sameBits(own(trainer.optimizerState), own(states), 'optimizerState')
      })
    }
  })
}
