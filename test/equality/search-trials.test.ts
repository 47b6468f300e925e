/** Trials of a search: each with the bits of its network trained alone, on every backend. */
import assert from 'node:assert/strict'
import { DivergenceError, Network, type NetworkOptions, Trainer, type TrainerOptions } from 'lockstep-nn'
import { kFold } from 'lockstep-nn/data'
import {
  type ArraySearchOptions,
  choice,
  integer,
  logUniform,
  type SearchSpace,
  search,
  type Trial,
  uniform,
} from 'lockstep-nn/search'
import { sameNumber } from '../support/bits.js'
import { INPUTS, OUTPUTS, task } from '../support/learning.js'
import { paths } from '../support/paths.js'

const ROWS = 23
const { x, y } = task(ROWS)
const EPOCHS = 9
const OTHER = { x: x.slice(0, 5 * INPUTS), y: y.slice(0, 5 * OUTPUTS).map((value) => value / 2) }
const OTHER_WEIGHTS = Float64Array.of(1, 2, 0, 1, 3)

const space: SearchSpace = {
  network: {
    inputs: INPUTS,
    layers: choice([
      [{ units: 5, activation: 'tanh' }, { units: OUTPUTS }],
      [{ units: integer(1, 9), activation: 'relu' }, { units: OUTPUTS }],
      [
        { units: 4, activation: 'relu' },
        { type: 'dropout', rate: uniform(0.1, 0.5) },
        { units: OUTPUTS, activation: 'sigmoid' },
      ],
      [{ units: 3 }, { type: 'batchNormalization' }, { units: OUTPUTS }],
    ]),
  },
  trainer: {
    loss: 'meanSquaredError',
    optimizer: choice([
      { name: 'sgd', learningRate: logUniform(1e-3, 1e3), momentum: choice([0, 0.5, 0.9]) },
      { name: 'adam', learningRate: logUniform(1e-4, 1) },
    ]),
    schedule: choice([undefined, 'cosine']),
  },
  fit: {
    epochs: choice([EPOCHS, EPOCHS - 4]),
    batchSize: choice([4, 32]),
    earlyStopping: choice([undefined, { patience: 2, restoreBest: true }, { patience: 1 }]),
  },
}

interface Alone {
  readonly value: number
  readonly epochs: number
  readonly network: Network
}

type Options = { network: NetworkOptions; trainer: TrainerOptions; fit: Record<string, unknown> }

/** Trains the network of a trial alone, up to the epoch that the trial has reached. */
function alone(
  trial: Trial,
  data: Pick<Alone, never> & Record<string, unknown>,
  metric: string,
  epochs: number,
): Alone {
  const { network: shape, trainer: setUp, fit } = trial.options as Options
  const network = new Network(shape)
  const name = metric.endsWith('Accuracy') ? ['accuracy' as const] : []
  const trainer = new Trainer(network, { ...setUp, metrics: name, backend: 'typescript' })
  const { x: samples, y: targets, ...rest } = data as { x: Float64Array; y: Float64Array }
  const onEpoch = ({ epoch }: { epoch: number }) => epoch + 1 < epochs
  const history = trainer.fitSync(samples, targets, { ...fit, ...rest, onEpoch } as never)
  const series: Record<string, Float64Array | undefined> = {
    loss: history.loss,
    validationLoss: history.validationLoss,
    validationAccuracy: history.validationMetrics.accuracy,
  }
  const at = history.bestEpoch ?? history.epochs - 1
  const isRestored = (fit.earlyStopping as { restoreBest?: boolean } | undefined)?.restoreBest === true
  return { value: series[metric]?.[isRestored ? at : history.epochs - 1] ?? NaN, epochs: history.epochs, network }
}

const rowsOf = (values: Float64Array, columns: number, rows: readonly number[]): Float64Array =>
  Float64Array.from(rows.flatMap((row) => [...values.subarray(row * columns, (row + 1) * columns)]))

/** The samples of each fold, as options of a fit. */
function foldsOf(validation: ArraySearchOptions['validation']): Record<string, unknown>[] {
  if (validation !== undefined && 'folds' in validation) {
    return kFold(ROWS, validation).map(({ train, test }) => ({
      x: rowsOf(x, INPUTS, train),
      y: rowsOf(y, OUTPUTS, train),
      validationData: [rowsOf(x, INPUTS, test), rowsOf(y, OUTPUTS, test)],
    }))
  }
  if (validation !== undefined && 'x' in validation) return [{ x, y, validationData: validation }]
  return [{ x, y, ...(validation === undefined ? {} : { validationSplit: 0.25 }) }]
}

/** The mean over the folds of the networks of a trial, trained alone up to an epoch. */
function expected(
  trial: Trial,
  { validation, metric = 'validationLoss' }: Partial<ArraySearchOptions>,
  epochs: number,
) {
  const all = foldsOf(validation).map((data) => alone(trial, data, metric, epochs))
  const sum = all.slice(1).reduce((total, { value }) => total + value, all[0].value)
  return { value: all.length === 1 ? sum : sum / all.length, epochs: Math.max(...all.map((one) => one.epochs)), all }
}

const CASES: readonly (Partial<ArraySearchOptions> & { title: string })[] = [
  { title: 'a share for validation', validation: { split: 0.25 } },
  { title: 'folds', validation: { folds: 3, seed: 4 } },
  { title: 'other samples', validation: { x: OTHER.x, y: OTHER.y, sampleWeight: OTHER_WEIGHTS } },
  { title: 'a metric', validation: { split: 0.25 }, metric: 'validationAccuracy' },
  { title: 'the loss of the training', metric: 'loss' },
  { title: 'successive halving', validation: { split: 0.25 }, pruner: { name: 'successiveHalving', factor: 2 } },
  { title: 'successive halving with folds', validation: { folds: 2 }, pruner: 'successiveHalving', batch: 9 },
]

describe('trials of a search', () => {
  for (const { title, ...options } of CASES) {
    it(`have the bits of networks trained alone, on every backend: ${title}`, async () => {
      const digests: string[] = []
      const ended = { complete: 0, pruned: 0, failed: 0 }
      for (const backend of paths) {
        const study = await search({ data: { x, y }, space, trials: 40, seed: 3, backend, threads: 2, ...options })
        digests.push(study.digest())
        if (backend !== paths[0]) continue
        for (const trial of study.trials) {
          const what = `trial ${trial.number}`
          ended[trial.state]++
          if (trial.state === 'failed') {
            const train = () => expected(trial, options, Infinity)
            if (trial.reason === 'it diverged') assert.throws(train, DivergenceError, what)
            else assert.equal(trial.reason, `${study.metric} is ${train().value}`, what)
            continue
          }
          const until = trial.state === 'pruned' ? trial.epochs : Infinity
          const { value, epochs, all } = expected(trial, options, until)
          sameNumber(trial.value as number, value, what)
          assert.equal(trial.epochs, epochs, what)
          for (const rung of trial.rungs) {
            sameNumber(rung.value, expected(trial, options, rung.epoch).value, `${what} at epoch ${rung.epoch}`)
          }
          if (trial.number === study.best.number && all.length === 1) {
            assert.equal(study.best.digest, all[0].network.digest())
          }
        }
      }
      assert.deepEqual(new Set(digests).size, 1, digests.join())
      assert.ok(ended.complete > 0, JSON.stringify(ended))
      if (options.pruner !== undefined) assert.ok(ended.pruned > 9, JSON.stringify(ended))
    })
  }
})
