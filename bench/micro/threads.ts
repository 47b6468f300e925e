/**
 * `npm run bench:threads`: the time of an epoch of larger networks on one thread and on more. A speed-up is the quotient of two times
 * of one round.
 */
import { availableParallelism } from 'node:os'
import { Option } from 'commander'
import { Network, Trainer } from 'lockstep-nn'
import { median, min } from 'simple-statistics'
import { benchCommand, shared, whole } from '../harness/options.js'
import { runTableBench, type TableOptions } from '../harness/report.js'
import { measureRounds } from '../harness/rounds.js'
import { medianRatio } from '../harness/statistics.js'
import { many } from '../harness/text.js'
import { makeWorkload } from '../peers/workloads.js'
import { classifier } from './layers.js'

const CASES = [
  { data: 'digits', units: [128, 10], batchSize: 64 },
  { data: 'dense', units: [128, 10], batchSize: 64 },
  { data: 'dense', units: [128, 10], batchSize: 512 },
  { data: 'digits', units: [512, 256, 10], batchSize: 64 },
  { data: 'dense', units: [512, 256, 10], batchSize: 64 },
] as const

const MAX = 1000

type Options = TableOptions<{ rounds: number; epochs: number; threads: number }>

interface Row {
  readonly network: string
  readonly data: string
  readonly batchSize: number
  readonly threads: number
  /** Milliseconds of an epoch, of each round. */
  readonly ms: number[]
  /** The median of one thread's times divided by these. */
  readonly speedUp: number
}

async function measure({ rounds, epochs, threads, quick }: Options): Promise<Row[]> {
  const workloads = { digits: makeWorkload('digits', quick), dense: makeWorkload('dense', quick) }
  const counts = Array.from({ length: threads }, (_, i) => i + 1)
  const rows: Row[] = []
  for (const { data, units, batchSize } of CASES) {
    const { inputs, x, y, loss, optimizer } = workloads[data]
    /** Milliseconds of an epoch, checks of the data included. */
    const train = (count: number) => {
      const network = new Network({ inputs, layers: classifier(units), seed: 1 })
      const trainer = new Trainer(network, { loss, optimizer, threads: count })
      const start = performance.now()
      trainer.fitSync(x, y, { epochs, batchSize, shuffle: false })
      return (performance.now() - start) / epochs
    }
    train(1)
    const times = await measureRounds(counts, { rounds, measure: train })
    const network = [inputs, ...units].join('-')
    for (const [count, ms] of times) {
      rows.push({ network, data, batchSize, threads: count, ms, speedUp: medianRatio(times.get(1)!, ms) })
    }
  }
  return rows
}

const command = benchCommand('bench:threads', 'Measures larger networks on one thread and on more.')
  .addOption(shared.rounds(7, MAX))
  .addOption(shared.epochs(3, MAX))
  .addOption(
    new Option('--threads <n>', 'up to how many threads')
      .default(availableParallelism(), 'one for each processor')
      .argParser(whole(1, 1024)),
  )
const quick = { quick: { rounds: 1, epochs: 1 }, quickHelp: 'one round of one epoch of few rows' }

await runTableBench(command, quick, async (options: Options) => ({
  title: `Relu and softmax, sgd, ${many(options.epochs, 'epoch')} a training: median and least ms an epoch, times as fast as one thread`,
  rows: await measure(options),
  columns: [
    ['network', 'left', ({ network }) => network],
    ['data', 'left', ({ data }) => data],
    ['batch', 'right', ({ batchSize }) => String(batchSize)],
    ['threads', 'right', ({ threads }) => String(threads)],
    ['ms', 'right', ({ ms }) => median(ms).toFixed(1)],
    ['min ms', 'right', ({ ms }) => min(ms).toFixed(1)],
    ['times as fast', 'right', ({ speedUp }) => speedUp.toFixed(2)],
  ],
}))
