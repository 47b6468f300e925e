/**
 * `npm run bench:threads`: what an epoch of larger networks takes on one thread and on more. Every count of threads trains in
 * each round, forwards and backwards; speed-ups are quotients of two times of one round.
 */
import { availableParallelism } from 'node:os'
import { Command } from 'commander'
import { Network, Trainer } from 'lockstep-nn'
import { median, min } from 'simple-statistics'
import { classifier } from './layers.js'
import { describeMachine } from './machine.js'
import { strict, whole } from './options.js'
import { makeWorkload, many, type WorkloadName } from './peers/workloads.js'
import { renderColumns, wrap } from './table.js'

interface Case {
  readonly data: WorkloadName
  readonly units: readonly number[]
  readonly batchSize: number
}

const CASES: readonly Case[] = [
  { data: 'digits', units: [128, 10], batchSize: 64 },
  { data: 'dense', units: [128, 10], batchSize: 64 },
  { data: 'dense', units: [128, 10], batchSize: 512 },
  { data: 'digits', units: [512, 256, 10], batchSize: 64 },
  { data: 'dense', units: [512, 256, 10], batchSize: 64 },
]

const ROUNDS = 7
const EPOCHS = 3
const MOST = 1000

interface Timed extends Case {
  readonly network: string
  readonly threads: number
  /** Milliseconds for an epoch, of each round. */
  readonly times: number[]
}

/** Milliseconds for an epoch, checks of the data included. */
function train({ data, units, batchSize, threads }: Timed, epochs: number, quick: boolean): number {
  const { inputs, x, y, loss, optimizer } = made(data, quick)
  const network = new Network({ inputs, layers: classifier(units), seed: 1 })
  const trainer = new Trainer(network, { loss, optimizer, threads })
  const start = performance.now()
  trainer.fitSync(x, y, { epochs, batchSize, shuffle: false })
  return (performance.now() - start) / epochs
}

const kept = new Map<WorkloadName, ReturnType<typeof makeWorkload>>()

function made(name: WorkloadName, quick: boolean): ReturnType<typeof makeWorkload> {
  const workload = kept.get(name) ?? makeWorkload(name, quick)
  kept.set(name, workload)
  return workload
}

function main(): void {
  const program = strict(new Command())
    .name('bench:threads')
    .description('Measures larger networks on one thread and on more.')
    .option('--rounds <n>', `how often each is timed (default: ${ROUNDS})`, whole(1, MOST))
    .option('--epochs <n>', `epochs of a training (default: ${EPOCHS})`, whole(1, MOST))
    .option('--threads <n>', 'up to how many threads (default: one for each processor)', whole(1, 1024))
    .option('--quick', 'one round of one epoch of few rows, to see that it works', false)
    .parse()
  const given = program.opts<{ rounds?: number; epochs?: number; threads?: number; quick: boolean }>()
  const { rounds = given.quick ? 1 : ROUNDS, epochs = given.quick ? 1 : EPOCHS } = given
  const counts = Array.from({ length: given.threads ?? availableParallelism() }, (_, i) => i + 1)
  const all = CASES.map((one) => {
    const network = [made(one.data, given.quick).inputs, ...one.units].join('-')
    return counts.map((threads): Timed => ({ ...one, network, threads, times: [] }))
  })
  const { cpu, kernelSet, load } = describeMachine()
  for (const row of all) {
    train(row[0], 1, given.quick)
    for (let round = 0; round < rounds; round++) {
      for (const one of round % 2 === 0 ? row : row.toReversed()) one.times.push(train(one, epochs, given.quick))
    }
  }
  console.log(
    wrap(
      `Relu and softmax, sgd, ${many(epochs, 'epoch')} a training: median and least ms an epoch, times as fast as one thread\n` +
        `${cpu}, ${kernelSet}, load ${load}`,
    ),
  )
  console.log(
    renderColumns(
      [
        ['network', 'left'],
        ['data', 'left'],
        ['batch', 'right'],
        ['threads', 'right'],
        ['ms', 'right'],
        ['min ms', 'right'],
        ['times as fast', 'right'],
      ],
      all.flatMap((row) =>
        row.map(({ network, data, batchSize, threads, times }) => [
          network,
          data,
          String(batchSize),
          String(threads),
          median(times).toFixed(1),
          min(times).toFixed(1),
          median(times.map((time, round) => row[0].times[round] / time)).toFixed(2),
        ]),
      ),
    ),
  )
}

main()
