/** A step with given gradients has the bits of the same step of a training, on every backend. */
import assert from 'node:assert/strict'
import {
  DivergenceError,
  Ensemble,
  type EnsembleOptimizerOption,
  type LayerOption,
  Network,
  type OptimizerOption,
  type ScheduleOption,
  Trainer,
} from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { someOf } from '../support/drawn.js'
import { paths } from '../support/paths.js'
import { rowTests } from '../support/rows.js'
import { optimizerNames } from '../support/tables.js'
import { numbers } from '../support/values.js'

const INPUTS = 3
const OUTPUTS = 2
const ROWS = 70
const STEPS = 4
const x = numbers(ROWS * INPUTS, 1)
const y = numbers(ROWS * OUTPUTS, 2)

/** Networks whose training computes what `predict` does; one has frozen layers. */
const NETWORKS: Readonly<Record<string, readonly LayerOption[]>> = {
  'a small network': [{ units: 5, activation: 'tanh' }, { units: OUTPUTS }],
  'a wide network': [{ units: 40, activation: 'gelu' }, { units: 17, activation: 'softplus' }, { units: OUTPUTS }],
  'frozen layers and a block': [
    { units: 6, activation: 'tanh', trainable: false },
    { type: 'residual', layers: [{ type: 'layerNormalization' }, { units: 6, activation: 'silu' }] },
    { type: 'layerNormalization', trainable: false },
    { type: 'batchNormalization', trainable: false, activation: 'relu' },
    { units: OUTPUTS, activation: 'sigmoid' },
  ],
}

const OPTIMIZERS: readonly OptimizerOption[] = [
  ...optimizerNames,
  { name: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
  { name: 'sgd', learningRate: 0.1, clipValue: 0.003 },
  { name: 'sgd', learningRate: 0.1, momentum: 0.5, clipNorm: 0.02, weightDecay: 0.01 },
  { name: 'adam', amsgrad: true, globalClipNorm: 0.05, weightDecay: 0.1 },
]

const SCHEDULES: readonly ScheduleOption[] = [
  { name: 'exponential', gamma: 0.5, warmup: 2 },
  { name: 'step', stepSize: 2 },
  { name: 'cosine', epochs: 3 },
  (_step: number, epoch: number) => 0.1 / (1 + epoch),
]

/** The gradients of the mean squared error, as the caller of `applyGradients` computes them. */
function gradientsOf(network: Network, backend: string): Float64Array {
  const predicted = network.predict(x, { backend })
  const scale = 2 / (ROWS * OUTPUTS)
  const { parameters } = network.gradients(
    x,
    predicted.map((value, i) => (value - y[i]) * scale),
    { backend, inputs: false },
  )
  return parameters
}

const FIT = { epochs: 1, batchSize: ROWS, shuffle: false }
const loss = 'meanSquaredError'

describe('a step with the gradients of a loss', () => {
  const row = rowTests()
  const title = 'has the bits of an epoch of one step by that loss'

  for (const backend of paths) {
    for (const [name, layers] of Object.entries(NETWORKS)) {
      const newNetwork = () => new Network({ inputs: INPUTS, layers, seed: 4 })
      const compare = (optimizer: OptimizerOption, schedule?: ScheduleOption) => {
        const [own, fitted] = [newNetwork(), newNetwork()].map(
          (network) =>
            new Trainer(network, { loss, optimizer, backend, ...(schedule === undefined ? {} : { schedule }) }),
        )
        for (let step = 0; step < STEPS; step++) {
          own.applyGradients(gradientsOf(own.network, backend))
          fitted.partialFitSync(x, y, FIT)
          sameBits(own.network.parameters, fitted.network.parameters, `parameters after step ${step}`)
          sameBits(own.optimizerState, fitted.optimizerState, `state after step ${step}`)
          assert.equal(own.epoch, step + 1)
        }
        // One goes on as the other.
        own.partialFitSync(x, y, FIT)
        fitted.applyGradients(gradientsOf(fitted.network, backend))
        sameBits(own.network.parameters, fitted.network.parameters, 'parameters after the next step')
      }
      for (const optimizer of someOf(OPTIMIZERS)) {
        row(title, `${name} with ${JSON.stringify(optimizer)} on ${backend}`, () => compare(optimizer))
      }
      for (const [i, schedule] of SCHEDULES.entries()) {
        row(title, `${name} with schedule ${i} on ${backend}`, () => {
          compare(typeof schedule === 'function' ? { name: 'sgd', momentum: 0.9 } : 'adam', schedule)
        })
      }
    }

    row(title, `an ensemble, each member with its own options, on ${backend}`, () => {
      const seeds = [1, 2, 3, 4, 5]
      const optimizer: EnsembleOptimizerOption = {
        name: 'adam',
        learningRate: [0.1, 0.01, 0.2, 0.3, 0.001],
        clipNorm: 0.1,
      }
      const [own, fitted] = [0, 1].map(() => {
        const ensemble = new Ensemble({ inputs: INPUTS, layers: NETWORKS['a small network'], seeds })
        return new Trainer(ensemble, { loss, optimizer, backend })
      })
      for (let step = 0; step < STEPS; step++) {
        const { parameterCount, members } = own.network
        const gradients = new Float64Array(members.length * parameterCount)
        for (const [i, member] of members.entries()) gradients.set(gradientsOf(member, backend), i * parameterCount)
        own.applyGradients(gradients)
        fitted.partialFitSync(x, y, FIT)
        sameBits(own.network.parameters, fitted.network.parameters, `parameters after step ${step}`)
        sameBits(own.optimizerState, fitted.optimizerState, `state after step ${step}`)
      }
    })

    row('leaves out the penalties of the layers', backend, () => {
      const layersOf = (l2: number): LayerOption[] => [
        { units: 5, activation: 'tanh', l2, l1: l2 },
        { units: OUTPUTS, l2 },
      ]
      const gradients = numbers(4 * 5 + 6 * OUTPUTS, 3)
      const [penalized, plain] = [0.5, 0].map((l2) => {
        const network = new Network({ inputs: INPUTS, layers: layersOf(l2), seed: 1 })
        new Trainer(network, { loss, optimizer: 'adam', backend }).applyGradients(gradients)
        return network.parameters
      })
      sameBits(penalized, plain, 'parameters')
    })

    row('uses the factor of a plateau as it is', backend, () => {
      const trainerOf = (learningRate: number, options: object) =>
        new Trainer(new Network({ inputs: INPUTS, layers: NETWORKS['a small network'], seed: 1 }), {
          loss,
          optimizer: { name: 'sgd', learningRate },
          backend,
          ...options,
        })
      const reduced = trainerOf(0.5, { schedule: { name: 'reduceOnPlateau', monitor: 'loss' } })
      reduced.scheduleState = Float64Array.of(0.25, 1, 2, 0, 1)
      const constant = trainerOf(0.5 * 0.25, {})
      const gradients = numbers(reduced.network.parameterCount, 4)
      for (const trainer of [reduced, constant]) trainer.applyGradients(gradients)
      sameBits(reduced.network.parameters, constant.network.parameters, 'parameters')
      assert.deepEqual(Array.from(reduced.scheduleState), [0.25, 1, 2, 0, 1])
    })
  }
})

describe('gradients that a step cannot take', () => {
  const row = rowTests()

  for (const backend of paths) {
    for (const [title, value, optimizer, message] of [
      ['a parameter', 1e300, { name: 'sgd', learningRate: 1e200 }, /a value of the weights of layer 0 is not finite/],
      ['the state', 1e200, { name: 'adam', learningRate: 0.1 }, /a value of the optimizer's state is not finite/],
    ] as const) {
      row('end in a DivergenceError and change nothing', `${title} that overflows, on ${backend}`, () => {
        const network = new Network({ inputs: INPUTS, layers: NETWORKS['a wide network'], seed: 1 })
        const trainer = new Trainer(network, { loss, optimizer, backend })
        trainer.applyGradients(numbers(network.parameterCount, 5, 1e-200))
        const before = { parameters: network.parameters.slice(), state: trainer.optimizerState.slice() }
        const gradients = numbers(network.parameterCount, 6, 1e-3)
        gradients[1] = value
        const given = gradients.slice()
        assert.throws(
          () => trainer.applyGradients(gradients),
          (error: unknown) => {
            assert.ok(error instanceof DivergenceError)
            assert.match(error.message, message)
            assert.deepEqual([error.epoch, error.loss.length, error.history.epochs], [1, 0, 0])
            return true
          },
        )
        sameBits(network.parameters, before.parameters, 'parameters')
        sameBits(trainer.optimizerState, before.state, 'state')
        sameBits(gradients, given, 'gradients')
        assert.equal(trainer.epoch, 1)
      })
    }

    row('of one member leave all members as they are', backend, () => {
      const ensemble = new Ensemble({ inputs: INPUTS, layers: NETWORKS['a small network'], seeds: [1, 2, 3] })
      const trainer = new Trainer(ensemble, { loss, optimizer: 'adam', backend })
      const before = ensemble.parameters.slice()
      const gradients = numbers(ensemble.parameters.length, 7)
      gradients[ensemble.parameterCount + 3] = 1e300
      assert.throws(() => trainer.applyGradients(gradients), {
        name: 'DivergenceError',
        message: /This is members\[1\]\.$/,
      })
      sameBits(ensemble.parameters, before, 'parameters')
      assert.ok(trainer.optimizerState.every((value) => value === 0 || value === 1))
      assert.equal(trainer.epoch, 0)
    })
  }
})
