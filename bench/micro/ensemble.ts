/**
 * `npm run bench:ensemble`: the time per member of an ensemble in the experiment, by the number of members and of threads. It
 * should not depend on the number of members.
 */
import { Option } from 'commander'
import { Ensemble, Trainer } from 'lockstep-nn'
import { median, min } from 'simple-statistics'
import { EPOCHS, LAYERS, SAMPLES, TRAINER_OPTIONS, X, Y } from '../experiment/experiment.js'
import { benchCommand, parseList, shared, whole } from '../harness/options.js'
import { runTableBench } from '../harness/report.js'
import { measureRounds } from '../harness/rounds.js'
import { grouped } from '../harness/text.js'

const MEMBERS = [16, 64, 256, 1024, 4096]
const THREADS = [1, 2]
const MAX = 1_000_000

/** Milliseconds for all members. */
function train(members: number, threads: number, epochs: number): number {
  const ensemble = new Ensemble({ inputs: 2, layers: LAYERS, seeds: Array.from({ length: members }, (_, i) => i) })
  const trainer = new Trainer(ensemble, { ...TRAINER_OPTIONS, threads })
  const start = performance.now()
  trainer.fitSync(X, Y, { epochs, batchSize: SAMPLES, shuffle: false })
  return performance.now() - start
}

const command = benchCommand('bench:ensemble', 'Measures ensembles of many members on one thread and on two.')
  .addOption(shared.rounds(7, MAX))
  .addOption(shared.epochs(10_000, MAX))
  .addOption(
    new Option('--members <list>', 'numbers of members, separated by commas')
      .default(MEMBERS, MEMBERS.join())
      .argParser((text) => parseList(text).map(whole(1, 100_000))),
  )
const quick = { quick: { rounds: 1, epochs: 100 }, quickHelp: 'one round of 100 epochs' }

type Options = typeof quick.quick & { members: number[] }

await runTableBench(command, quick, async ({ rounds, epochs, members: counts }: Options) => {
  const subjects = counts.flatMap((members) => THREADS.map((threads) => ({ members, threads })))
  const measure = ({ members, threads }: (typeof subjects)[number]) => train(members, threads, epochs)
  const times = await measureRounds(subjects, { rounds, measure })
  return {
    title: `Ensembles of 2-2-1 networks on XOR, ${epochs} epochs; ms a member: the median for ${grouped(EPOCHS)} epochs`,
    rows: [...times].map(([subject, ms]) => ({ ...subject, ms })),
    columns: [
      ['members', 'right', ({ members }) => String(members)],
      ['threads', 'right', ({ threads }) => String(threads)],
      ['median ms', 'right', ({ ms }) => median(ms).toFixed(1)],
      ['min ms', 'right', ({ ms }) => min(ms).toFixed(1)],
      ['ms a member', 'right', ({ ms, members }) => ((median(ms) / members) * (EPOCHS / epochs)).toFixed(3)],
    ],
  }
})
