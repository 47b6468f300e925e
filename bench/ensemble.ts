/**
 * `npm run bench:ensemble`: what a member of an ensemble takes for the experiment, by the number of members and of threads.
 * It should be the same for any number of members. Rounds go through all of it in turn, forwards and backwards.
 */
import { Command } from 'commander'
import { Ensemble, Trainer } from 'lockstep-nn'
import { median, min } from 'simple-statistics'
import { EPOCHS, LAYERS, SAMPLES, TRAINER_OPTIONS, X, Y } from './experiment.js'
import { describeMachine } from './machine.js'
import { renderColumns } from './table.js'

const MEMBERS = [16, 64, 256, 1024, 4096]
const THREADS = [1, 2]

/** Milliseconds for all members. */
function train(members: number, threads: number, epochs: number): number {
  const ensemble = new Ensemble({ inputs: 2, layers: LAYERS, seeds: Array.from({ length: members }, (_, i) => i) })
  const trainer = new Trainer(ensemble, { ...TRAINER_OPTIONS, threads })
  const start = performance.now()
  trainer.fitSync(X, Y, { epochs, batchSize: SAMPLES, shuffle: false })
  return performance.now() - start
}

function main(): void {
  const program = new Command()
    .name('bench:ensemble')
    .option('--rounds <n>', 'how often each is timed', '7')
    .option('--epochs <n>', 'epochs of a training', '10000')
    .option('--members <list>', 'numbers of members, separated by commas', MEMBERS.join(','))
    .option('--quick', 'one round of 100 epochs, to see that it works')
    .parse()
  const given = program.opts<{ rounds: string; epochs: string; members: string; quick?: true }>()
  const epochs = given.quick ? 100 : Number(given.epochs)
  const all = given.members
    .split(',')
    .flatMap((members) => THREADS.map((threads) => ({ members: Number(members), threads, times: [] as number[] })))
  for (let round = 0; round < (given.quick ? 1 : Number(given.rounds)); round++) {
    for (const { members, threads, times } of round % 2 === 0 ? all : all.toReversed()) {
      times.push(train(members, threads, epochs))
    }
  }
  const { cpu, kernelSet, load } = describeMachine()
  console.log(`Ensembles of 2-2-1 networks on XOR, ${epochs} epochs\n${cpu}, ${kernelSet}, load ${load}`)
  console.log(
    renderColumns(
      [
        ['members', 'right'],
        ['threads', 'right'],
        ['median ms', 'right'],
        ['min ms', 'right'],
        [`median ms for a member and ${EPOCHS.toLocaleString('en')} epochs`, 'right'],
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
