/**
 * `npm run bench:ensemble`: what a member of an ensemble takes for the experiment, by the number of members and of threads.
 * It should be the same for any number of members. Rounds go through all of it in turn, forwards and backwards.
 */
import { Command } from 'commander'
import { Ensemble, Trainer } from 'lockstep-nn'
import { median, min } from 'simple-statistics'
import { EPOCHS, LAYERS, SAMPLES, TRAINER_OPTIONS, X, Y } from './experiment.js'
import { describeMachine } from './machine.js'
import { parseList, strict, whole } from './options.js'
import { renderColumns, wrap } from './table.js'

const MEMBERS = [16, 64, 256, 1024, 4096]
const THREADS = [1, 2]
const ROUNDS = 7
const EACH_EPOCHS = 10_000
const MOST = 1_000_000

const parseMembers = (text: string): number[] => parseList(text).map(whole(1, 100_000))

/** Milliseconds for all members. */
function train(members: number, threads: number, epochs: number): number {
  const ensemble = new Ensemble({ inputs: 2, layers: LAYERS, seeds: Array.from({ length: members }, (_, i) => i) })
  const trainer = new Trainer(ensemble, { ...TRAINER_OPTIONS, threads })
  const start = performance.now()
  trainer.fitSync(X, Y, { epochs, batchSize: SAMPLES, shuffle: false })
  return performance.now() - start
}

function main(): void {
  const program = strict(new Command())
    .name('bench:ensemble')
    .description('Measures ensembles of many members on one thread and on two.')
    .option('--rounds <n>', `how often each is timed (default: ${ROUNDS})`, whole(1, MOST))
    .option('--epochs <n>', `epochs of a training (default: ${EACH_EPOCHS})`, whole(1, MOST))
    .option('--members <list>', `numbers of members, separated by commas (default: ${MEMBERS.join(',')})`, parseMembers)
    .option('--quick', 'one round of 100 epochs, to see that it works', false)
    .parse()
  const given = program.opts<{ rounds?: number; epochs?: number; members?: number[]; quick: boolean }>()
  const {
    rounds = given.quick ? 1 : ROUNDS,
    epochs = given.quick ? 100 : EACH_EPOCHS,
    members: counts = MEMBERS,
  } = given
  const all = counts.flatMap((members) => THREADS.map((threads) => ({ members, threads, times: [] as number[] })))
  for (let round = 0; round < rounds; round++) {
    for (const { members, threads, times } of round % 2 === 0 ? all : all.toReversed()) {
      times.push(train(members, threads, epochs))
    }
  }
  const { cpu, kernelSet, load } = describeMachine()
  console.log(
    wrap(
      `Ensembles of 2-2-1 networks on XOR, ${epochs} epochs; ms a member: the median for ${EPOCHS.toLocaleString('en')} epochs\n` +
        `${cpu}, ${kernelSet}, load ${load}`,
    ),
  )
  console.log(
    renderColumns(
      [
        ['members', 'right'],
        ['threads', 'right'],
        ['median ms', 'right'],
        ['min ms', 'right'],
        ['ms a member', 'right'],
      ],
      all.map(({ members, threads, times }) => [
        String(members),
        String(threads),
        median(times).toFixed(1),
        min(times).toFixed(1),
        ((median(times) / members) * (EPOCHS / epochs)).toFixed(3),
      ]),
    ),
  )
}

main()
