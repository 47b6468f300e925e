/**
 * `npm run bench:search`: how long searches take. The sweep is 300 configurations of a network for cars, by `search` and by
 * hand; XOR is 10,000 short trainings by random search, beside the training of one ensemble of as many members. All ways
 * of the sweep find the same best loss, which the bench checks.
 */
import { Option } from 'commander'
import { Ensemble, Trainer } from 'lockstep-nn'
import { logUniform, search } from 'lockstep-nn/search'
import { median, min } from 'simple-statistics'
import { LAYERS, SAMPLES, X, Y } from '../experiment/experiment.js'
import { benchCommand, shared, whole } from '../harness/options.js'
import { runTableBench } from '../harness/report.js'
import { measureRounds } from '../harness/rounds.js'
import { grouped } from '../harness/text.js'
import { pythonSweeps } from './python.js'
import { CONFIGURATIONS, SWEEPS } from './sweep.js'

interface Subject {
  readonly work: string
  readonly way: string
  readonly trainings: number
  run(): Promise<unknown>
}

const RATE = 0.5

/** Random search over the rate of the experiment's network. */
const xorSearch = (trials: number, epochs: number) =>
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
async function xorEnsemble(trials: number, epochs: number): Promise<void> {
  const seeds = Array.from({ length: trials }, (_, i) => i)
  const ensemble = new Ensemble({ inputs: 2, layers: LAYERS, seeds })
  const optimizer = { name: 'sgd', learningRate: seeds.map((i) => RATE * (0.1 + (0.9 * i) / trials)) } as const
  const trainer = new Trainer(ensemble, { loss: 'halfSquaredError', optimizer, threads: 'auto' })
  await trainer.fit(X, Y, { epochs, batchSize: SAMPLES, seed: seeds })
}

const command = benchCommand('bench:search', 'Measures searches.')
  .addOption(shared.rounds(7, 1000))
  .addOption(shared.epochs(1000, 1_000_000))
  .addOption(new Option('--trials <n>', 'the trainings of XOR').default(10_000).argParser(whole(1, 1_000_000)))
const quick = { quick: { rounds: 1, epochs: 10, trials: 100 }, quickHelp: 'one round, 100 trainings of 10 epochs' }

type Options = typeof quick.quick

await runTableBench(command, quick, async ({ rounds, epochs, trials }: Options) => {
  const bests = new Set<number>()
  const sweeps = Object.entries(SWEEPS).map(
    ([way, sweep]): Subject => ({
      work: 'cars',
      way,
      trainings: CONFIGURATIONS,
      run: async () => void bests.add(await sweep()),
    }),
  )
  const xor: Subject[] = [
    { work: 'XOR', way: 'search', trainings: trials, run: () => xorSearch(trials, epochs) },
    { work: 'XOR', way: 'one ensemble', trainings: trials, run: () => xorEnsemble(trials, epochs) },
    { work: 'XOR, 1 epoch', way: 'search', trainings: trials, run: () => xorSearch(trials, 1) },
  ]
  const measure = async ({ run }: Subject): Promise<number> => {
    const start = performance.now()
    await run()
    return performance.now() - start
  }
  const subjects = [...sweeps, ...xor]
  const times = await measureRounds(subjects, { rounds, warmUps: rounds === 1 ? 0 : 1, measure })
  if (bests.size !== 1) throw new Error(`The sweeps found different best losses: ${[...bests].join(', ')}`)
  const first = (work: string) => median(times.get(subjects.find((one) => one.work === work) as Subject) as number[])
  return {
    title: `Searches; XOR ${grouped(epochs)} epochs each. A training of the sweep has up to 100 epochs`,
    rows: [
      ...[...times].map(([subject, ms]) => ({ ...subject, ms, note: '' })),
      ...(await pythonSweeps(rounds === 1)).map(({ way, ms, trainings }) => ({
        work: 'cars',
        way,
        trainings,
        ms: [ms],
      })),
    ],
    columns: [
      ['work', 'left', ({ work }) => work],
      ['by', 'left', ({ way }) => way],
      ['trainings', 'right', ({ trainings }) => grouped(trainings)],
      ['median ms', 'right', ({ ms }) => median(ms).toFixed(0)],
      ['min ms', 'right', ({ ms }) => min(ms).toFixed(0)],
      ['µs a training', 'right', ({ ms, trainings }) => ((1000 * median(ms)) / trainings).toFixed(0)],
      [
        'to search',
        'right',
        ({ work, ms, trainings }) =>
          (
            median(ms) /
            trainings /
            (first(work) / (subjects.find((one) => one.work === work) as Subject).trainings)
          ).toFixed(2),
      ],
    ],
  }
})
