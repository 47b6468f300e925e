/**
 * Many short trainings of XOR: by random search, beside the training of one ensemble of as many members, and the overhead of a
 * trial, by trainings of one epoch.
 */
import { Ensemble, Trainer } from 'lockstep-nn'
import { logUniform, search } from 'lockstep-nn/search'
import { median, min } from 'simple-statistics'
import { LAYERS, SAMPLES, X, Y } from '../../experiment/experiment.js'
import { measureRounds } from '../../harness/rounds.js'
import { medianRatio } from '../../harness/statistics.js'
import { grouped } from '../../harness/text.js'
import { type Part, type PartReport, reportOf, timed } from '../report.js'

const RATE = 0.5

/** Random search over the rate of the experiment's network. */
const bySearch = (trials: number, epochs: number) =>
  search({
    data: { x: X, y: Y },
    space: {
      network: { inputs: 2, layers: LAYERS },
      trainer: { loss: 'halfSquaredError', optimizer: { name: 'sgd', learningRate: logUniform(0.1 * RATE, RATE) } },
      fit: { epochs, batchSize: SAMPLES },
    },
    trials,
    metric: 'loss',
  })

/** As many trainings as one ensemble, without a search around them. */
async function byEnsemble(trials: number, epochs: number): Promise<void> {
  const seeds = Array.from({ length: trials }, (_, i) => i)
  const ensemble = new Ensemble({ inputs: 2, layers: LAYERS, seeds })
  const optimizer = { name: 'sgd', learningRate: seeds.map((i) => RATE * (0.1 + (0.9 * i) / trials)) } as const
  const trainer = new Trainer(ensemble, { loss: 'halfSquaredError', optimizer, threads: 'auto' })
  await trainer.fit(X, Y, { epochs, batchSize: SAMPLES, seed: seeds })
}

export const xor: Part = {
  rounds: 7,
  page: 'docs/benchmarks.md',
  async measure({ rounds, epochs, trials }): Promise<PartReport> {
    const bySearches = { way: 'search', epochs, run: async () => void (await bySearch(trials, epochs)) }
    const subjects = [
      bySearches,
      { way: 'one ensemble', epochs, run: () => byEnsemble(trials, epochs) },
      { way: 'search: its overhead', epochs: 1, run: async () => void (await bySearch(trials, 1)) },
    ]
    const times = await measureRounds(subjects, {
      rounds,
      warmUps: rounds === 1 ? 0 : 1,
      measure: async ({ run }) => (await timed(run)).ms,
    })
    const first = times.get(bySearches) as number[]
    const rows = [...times].map(([subject, ms]) => ({
      way: subject.way,
      epochs: subject.epochs,
      trainings: trials,
      ms,
      ratio: medianRatio(ms, first),
    }))
    return reportOf(`XOR, ${grouped(trials)} trainings`, rows, [
      ['XOR by', 'left', ({ way }) => way],
      ['epochs', 'right', (row) => grouped(row.epochs)],
      ['trainings', 'right', (row) => grouped(row.trainings)],
      ['median ms', 'right', ({ ms }) => median(ms).toFixed(0)],
      ['min ms', 'right', ({ ms }) => min(ms).toFixed(0)],
      ['µs a training', 'right', (row) => ((1000 * median(row.ms)) / row.trainings).toFixed(0)],
      ['times the time of search', 'right', ({ ratio }) => ratio.toFixed(2)],
    ])
  },
}
