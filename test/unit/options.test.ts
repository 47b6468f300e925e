/**
 * Every option is applied: a changed value changes the result, and a misspelled name is refused. The lists are those of the
 * library's checks, so a test fails if an option is missing here.
 */
import assert from 'node:assert/strict'
import { checkGradients, type FitOptions, metrics, Network, Trainer, type TrainerOptions } from 'lockstep-nn'
import { chooseBackend } from '#lib/backend/choose.js'
import type { Configurable } from '#lib/kernels/option-table.js'
import { metricTable } from '#lib/metrics/table.js'
import { NETWORK_OPTIONS } from '#lib/network/shape.js'
import { earlyStoppingTable } from '#lib/training/early-stopping.js'
import { EVALUATE_OPTIONS } from '#lib/training/evaluate.js'
import { FIT_OPTIONS } from '#lib/training/fit-options.js'
import { schedules } from '#lib/training/schedules.js'
import { TRAINER_OPTIONS } from '#lib/training/trainer-options.js'
import { INPUTS, OUTPUTS, targetsOf, task } from '../support/learning.js'
import { changesOutcome, eachChangesOutcome, type Given, type Special } from '../support/option-changes.js'
import {
  activationTable,
  initializerTable,
  layerTable,
  lossesFor,
  lossTable,
  optimizerTable,
} from '../support/tables.js'

const ROWS = 40
const { x, y } = task(ROWS)
/** The same rows with categories. */
const categories = x.map((value) => (value > 0 ? 1 : 0))
const FIT = { epochs: 4, batchSize: 8 } as const

/** The result and the report of a training. */
function outcome(network: Given, trainer: Given, fit: Given, samples = x): string {
  const options = { inputs: INPUTS, layers: [{ units: 4, activation: 'tanh' }, { units: OUTPUTS }], ...network }
  const made = new Network(options as never)
  const all = { loss: 'meanSquaredError', optimizer: 'sgd', backend: 'typescript', ...trainer } as TrainerOptions
  const one = new Trainer(made, all)
  const targets = targetsOf(typeof all.loss === 'string' ? all.loss : all.loss.name, y)
  const history = one.fitSync(samples, targets, { ...FIT, ...fit } as FitOptions)
  const { loss } = one.evaluate(samples, targets)
  return JSON.stringify([made.toJSON(), history, loss, one.backend.name])
}

describe('every option is applied', () => {
  for (const [name, entry] of Object.entries(optimizerTable)) {
    changesOutcome(`optimizer ${name}`, entry, (given) => outcome({}, { optimizer: { name, ...given } }, {}), {
      nesterov: { base: { momentum: 0.5 } },
      // Lion uses signs only: a clip changes the result only if it clips some gradients.
      ...(name === 'lion' ? { globalClipNorm: { base: { learningRate: 0.01 }, to: 0.4 } } : {}),
    })
  }

  for (const [name, entry] of Object.entries(lossTable as Readonly<Record<string, Partial<Configurable>>>)) {
    const last = Object.keys(activationTable).find((activation) =>
      lossesFor(activation as never).includes(name as never),
    )
    const layers = [
      { units: 4, activation: 'tanh' },
      { units: OUTPUTS, activation: last },
    ]
    changesOutcome(`loss ${name}`, { options: entry.options ?? {} }, (given) =>
      outcome({ layers }, { loss: { name, ...given } }, {}),
    )
  }

  for (const [activation, entry] of Object.entries(activationTable)) {
    changesOutcome(`activation ${activation}`, entry, (given) => {
      const layer = { units: 4, activation, ...given }
      return outcome(
        { layers: activation === 'softmax' ? [{ ...layer, units: OUTPUTS }] : [layer, { units: OUTPUTS }] },
        {},
        {},
      )
    })
  }

  for (const [type, { options, trainingOptions, sized, activated }] of Object.entries(layerTable)) {
    const base = { type, ...(sized ? { units: 4 } : {}), ...(activated ? { activation: 'tanh' } : {}) }
    const special: Readonly<Record<string, Special>> = {
      ...(type === 'dropout' ? { rate: { to: 0.25 } } : {}),
      columns: { to: [{ column: 1, categories: 2, units: 3 }] },
    }
    changesOutcome(
      `layer ${type}`,
      { options: { ...options, ...trainingOptions } },
      (given) => {
        const needed: Given = {
          dropout: { rate: 0.5 },
          embedding: { columns: [{ column: 0, categories: 2, units: 3 }] },
        }
        const one = { ...base, ...(needed[type] as Given | undefined), ...given }
        const layers = type === 'embedding' ? [one, { units: 3 }] : [{ units: 3 }, one]
        return outcome({ layers: [...layers, { units: OUTPUTS }] }, {}, {}, type === 'embedding' ? categories : x)
      },
      special,
    )
  }

  for (const [name, entry] of Object.entries(initializerTable)) {
    changesOutcome(`initializer ${name}`, entry, (given) => outcome({ initializer: { name, ...given } }, {}, {}), {
      max: { to: 0.25 },
    })
  }

  eachChangesOutcome(
    'network',
    NETWORK_OPTIONS.filter((name) => name !== 'inputs'),
    {
      layers: { to: [{ units: 3 }, { units: OUTPUTS }] },
      initializer: { to: 'heNormal' },
      seed: { to: 1 },
      parameters: { to: new Float64Array(4 * (INPUTS + 1) + 5 * OUTPUTS).fill(0.25) },
    },
    // `inputs` depends on the samples. Parameters are used in place.
    (given) =>
      outcome(
        {
          ...given,
          ...(given.parameters === undefined ? {} : { parameters: (given.parameters as Float64Array).slice() }),
        },
        {},
        {},
      ),
  )

  eachChangesOutcome(
    'trainer',
    TRAINER_OPTIONS.filter((name) => name !== 'threads'),
    {
      loss: { to: 'binaryCrossentropy' },
      optimizer: { to: 'adam' },
      schedule: { to: 'cosine' },
      metrics: { to: ['r2'] },
      backend: { to: 'native' },
    },
    (given) => outcome({ layers: [{ units: 4 }, { units: OUTPUTS, activation: 'sigmoid' }] }, given, {}),
  )

  // They change no bit: the test reads the number in the backend's call.
  it('trainer: threads', () => {
    const { backend } = chooseBackend('typescript')
    const { openSession } = backend
    const seen: number[] = []
    backend.openSession = (call) => {
      seen.push(call.threads)
      return openSession(call)
    }
    try {
      for (const threads of [undefined, 3, 'auto']) outcome({}, { threads }, {})
    } finally {
      backend.openSession = openSession
    }
    assert.deepEqual(seen, [1, 3, 1])
    assert.throws(() => outcome({}, { threadsx: 1 }, {}), /Did you mean "threads"\?/)
  })

  const half = Float64Array.from({ length: ROWS }, (_, i) => (i % 2) / 2)
  eachChangesOutcome(
    'fit',
    FIT_OPTIONS.filter((name) => !['onProgress', 'progressEvery', 'checkpoint'].includes(name)),
    {
      epochs: { to: 5 },
      batchSize: { to: 9 },
      lastBatch: { base: { batchSize: 9 }, to: 'merge' },
      shuffle: { to: false },
      seed: { to: 2 ** 40 },
      sampleWeight: { to: half },
      classWeight: { to: { 1: 2 } },
      initialEpoch: { to: 1 },
      validationSplit: { to: 0.2 },
      validationData: { to: [x, y] },
      earlyStopping: { to: { patience: 2 } },
      onEpoch: { to: () => false },
      signal: { to: AbortSignal.abort() },
    },
    // The others change no bit: fit-progress and fit-checkpoints test them.
    (given) => outcome({}, {}, given),
  )

  const worsening = { validationData: { x, y: y.map((value) => 1 - value) }, epochs: 30 }
  changesOutcome(
    'earlyStopping',
    earlyStoppingTable,
    (earlyStopping) => outcome({}, { optimizer: { name: 'sgd', learningRate: 0.25 } }, { ...worsening, earlyStopping }),
    { monitor: { to: 'loss' }, patience: { to: 3 }, minDelta: { base: { patience: 3, monitor: 'loss' }, to: 0.1 } },
  )

  const flat = { patience: 1, threshold: 0, monitor: 'validationLoss' }
  const special: Readonly<Record<string, Readonly<Record<string, Special>>>> = {
    cosine: {
      epochs: { to: 3 },
      restarts: { base: { epochs: 3 } },
      multiplier: { base: { epochs: 3, restarts: true } },
    },
    step: { stepSize: { to: 3 } },
    polynomial: { epochs: { to: 3 } },
    oneCycle: { epochs: { to: 3 } },
    reduceOnPlateau: {
      monitor: { base: { patience: 1, threshold: 0 }, to: 'loss' },
      factor: { base: flat },
      patience: { base: flat },
      threshold: { base: { ...flat, monitor: 'loss', patience: 3 }, to: 0.5 },
      relative: { base: { ...flat, monitor: 'loss', patience: 0, threshold: 0.01 } },
      cooldown: { base: flat },
      minimum: { base: flat, to: 0.05 },
    },
  }
  for (const [name, entry] of Object.entries(schedules)) {
    changesOutcome(
      `schedule ${name}`,
      entry,
      (given) =>
        outcome({}, { schedule: { name, ...given }, optimizer: { name: 'sgd', learningRate: 0.25 } }, worsening),
      { ...special[name], warmup: { to: 1.5 } },
    )
  }

  const classes = Array.from({ length: 30 }, (_, i) => (i * i) % 3)
  const predictions = classes.map((at, i) => [(i % 7) / 7, ((3 * i + at) % 5) / 5, (at * (i % 4)) / 8])
  for (const [name, entry] of Object.entries(metricTable)) {
    const call = metrics[name as keyof typeof metrics] as (...given: unknown[]) => unknown
    const options = entry.options as Configurable['options']
    changesOutcome(
      `metric ${name}`,
      { options },
      ({ single, ...given }) =>
        single === true
          ? String(
              call(
                classes.map((at) => Number(at > 0)),
                predictions.map(([value]) => value),
                given,
              ),
            )
          : String(call(classes, predictions, given)),
      { threshold: { base: { single: true }, to: 0.25 }, average: { to: 'weighted' }, k: { base: { k: 1 } } },
    )
  }

  eachChangesOutcome(
    'evaluate',
    EVALUATE_OPTIONS,
    { sampleWeight: { to: half }, metrics: { to: ['accuracy'] } },
    (given) => {
      const made = new Network({ inputs: INPUTS, layers: [{ units: OUTPUTS }] })
      return JSON.stringify(new Trainer(made, { loss: 'meanSquaredError', optimizer: 'sgd' }).evaluate(x, y, given))
    },
  )

  eachChangesOutcome(
    'checkGradients',
    ['loss', 'epsilon', 'sample', 'seed', 'sampleWeight'],
    {
      loss: { to: 'binaryCrossentropy' },
      epsilon: { to: 1e-3 },
      sample: { to: 3 },
      seed: { base: { sample: 1 }, to: 5 },
      sampleWeight: { to: half },
    },
    (given) => {
      const made = new Network({
        inputs: INPUTS,
        layers: [
          { units: 2, activation: 'tanh' },
          { units: OUTPUTS, activation: 'sigmoid' },
        ],
      })
      return JSON.stringify(checkGradients(made, x, y, { loss: 'meanSquaredError', ...given }))
    },
  )
})
