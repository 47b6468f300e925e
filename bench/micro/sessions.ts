/**
 * `npm run bench:sessions`: what watching a training costs. XOR by 2-3-1 in batches of one sample, an epoch without and
 * with validation, early stopping, metrics and callbacks; single steps; and an ensemble with and without validation.
 */
import { backends, Ensemble, type FitOptions, type LayerOption, Network, Trainer } from 'lockstep-nn'
import { median, min } from 'simple-statistics'
import { chooseBackend } from '#lib/backend/choose.js'
import { implementations } from '../harness/backends.js'
import { benchCommand, shared } from '../harness/options.js'
import { runTableBench, type TableOptions } from '../harness/report.js'
import { measureRounds } from '../harness/rounds.js'

const X = Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1)
const Y = Float64Array.of(0, 1, 1, 0)

interface Subject {
  readonly what: string
  readonly unit: 'epoch' | 'step' | 'fit'
  readonly backend: string
  /** Returns the microseconds of a unit. */
  readonly measure: () => number | Promise<number>
}

const dense = (...units: number[]): LayerOption[] =>
  units.map((count, l) => ({ units: count, activation: l < units.length - 1 ? 'tanh' : 'sigmoid' }))

/** The microseconds that a unit of work takes, of which `work` does `units`. */
function timed(units: number, work: () => unknown): number | Promise<number> {
  const begun = performance.now()
  const took = () => ((performance.now() - begun) * 1000) / units
  const result = work()
  return result instanceof Promise ? result.then(took) : took()
}

/** An epoch of XOR, watched in different ways. */
function epochs(backend: string, epochs: number): Subject[] {
  const subject = (what: string, options: FitOptions, isAsync = false, metrics = false): Subject => ({
    what,
    unit: 'epoch',
    backend,
    measure() {
      const network = new Network({ inputs: 2, layers: dense(3, 1), seed: 1 })
      const trainer = new Trainer(network, {
        loss: 'halfSquaredError',
        optimizer: { name: 'sgd', learningRate: 0.1 },
        metrics: metrics ? ['accuracy'] : [],
        backend,
      })
      const given = { epochs, batchSize: 1, shuffle: false, ...options }
      return timed(epochs, () => (isAsync ? trainer.fit(X, Y, given) : trainer.fitSync(X, Y, given)))
    },
  })
  const validationData: [Float64Array, Float64Array] = [X, Y]
  const seen = { calls: 0 }
  const onEpoch = (): void => {
    seen.calls++
  }
  return [
    subject('fitSync', {}),
    subject('fitSync, validation and early stopping', { validationData, earlyStopping: { patience: epochs } }),
    subject('fitSync, onEpoch', { onEpoch }),
    subject('fit, onEpoch', { onEpoch }, true),
    subject('fitSync, accuracy and validation', { validationData }, false, true),
    subject('fitSync, onProgress', { onProgress: onEpoch, progressEvery: 1 }),
  ]
}

/** Single steps on a few rows. */
function steps(backend: string, count: number): Subject[] {
  return [1, 32].map((rows) => {
    const network = new Network({ inputs: 4, layers: dense(16, 16, 2), seed: 1 })
    const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam', backend })
    const x = Float64Array.from({ length: 4 * rows }, (_, i) => Math.sin(i))
    const y = Float64Array.from({ length: 2 * rows }, (_, i) => Math.cos(i) ** 2)
    return {
      what: `step of 4-16-16-2, ${rows} row${rows > 1 ? 's' : ''}`,
      unit: 'step',
      backend,
      measure: () =>
        timed(count, () => {
          for (let i = 0; i < count; i++) trainer.step(x, y)
        }),
    }
  })
}

const MEMBERS = 60
const SAMPLES = 100

/** A fit of an ensemble over 100 epochs, with and without validation. */
function ensembles(backend: string): Subject[] {
  const x = Float64Array.from({ length: 9 * SAMPLES }, (_, i) => Math.sin(i))
  const y = Float64Array.from({ length: SAMPLES }, (_, i) => Math.cos(i) ** 2)
  const held = [x.slice(0, 9 * (SAMPLES / 4)), y.slice(0, SAMPLES / 4)] as const
  return [false, true].map((validated) => ({
    what: `${MEMBERS} members of 9-16-1${validated ? ', validation' : ''}`,
    unit: 'fit',
    backend,
    measure() {
      const ensemble = new Ensemble({
        inputs: 9,
        layers: dense(16, 1),
        seeds: Array.from({ length: MEMBERS }, (_, i) => i),
      })
      const trainer = new Trainer(ensemble, { loss: 'meanSquaredError', optimizer: 'adam', backend })
      const options = validated ? { validationData: held } : {}
      return timed(1, () => trainer.fitSync(x, y, { epochs: 100, batchSize: 10, ...options }))
    },
  }))
}

const command = benchCommand(
  'bench:sessions',
  'Measures what it costs to watch a training, and single steps.',
).addOption(shared.rounds(9))
const quick = { quick: { rounds: 2 }, quickHelp: 'few and short rounds' }

await runTableBench(command, quick, async (options: TableOptions<typeof quick.quick>) => {
  const { name } = chooseBackend('auto').backend
  const names = [...new Set([name, ...implementations(backends())])]
  const [epochCount, stepCount] = options.quick ? [200, 100] : [20_000, 10_000]
  const subjects = names.flatMap((backend) => [
    ...epochs(backend, epochCount),
    ...steps(backend, stepCount),
    ...ensembles(backend),
  ])
  const times = await measureRounds(subjects, {
    rounds: options.rounds,
    warmUps: options.quick ? 0 : 2,
    measure: ({ measure }) => measure(),
  })
  return {
    title: 'Microseconds for an epoch, a step or a fit',
    rows: [...times].map(([{ what, unit, backend }, us]) => ({ what, unit, backend, us })),
    columns: [
      ['what', 'left', ({ what }) => what],
      ['unit', 'left', ({ unit }) => unit],
      ['backend', 'left', ({ backend }) => backend],
      ['median µs', 'right', ({ us }) => median(us).toFixed(2)],
      ['min µs', 'right', ({ us }) => min(us).toFixed(2)],
    ],
  }
})
