/** The command line of `npm run bench:peers`. */
import { Option } from 'commander'
import { benchCommand, parseList, readOptions, shared, someOf } from '../harness/options.js'
import { resultsFolder } from '../harness/results.js'
import type { Limits } from './measure.js'
import { WORKLOAD_NAMES, type WorkloadName } from './spec.js'

export interface Options extends Limits {
  workloads: WorkloadName[]
  /** Names as given on the command line; undefined for all peers. */
  peers?: string[]
  quick: boolean
  publish: boolean
  out: string
}

const QUICK = { rounds: 2, seconds: 0.2 }
const MAX_SECONDS = 10_000

/** The bench's folder of results. */
const PART = 'peers'

/** Limits after which the bench gives up a peer that loads or trains slowly, in seconds. */
const READY_TIMEOUT = 120
const TRAIN_TIMEOUT = 60
const TIMES_THE_SECONDS = 15

const HELP = `
Peers that are not installed are skipped, with the command that installs them; npm run bench:peers:install installs
those from npm. bench/peers/README.md says how the work of each peer differs, and how to add one.`

export function parseOptions(argv: readonly string[]): Options {
  const description = 'Compares this library with other programs that train the same networks.'
  const command = benchCommand('bench:peers', description, HELP)
    .addOption(
      new Option('--workloads <list>', 'workloads, separated by commas')
        .default([...WORKLOAD_NAMES], WORKLOAD_NAMES.join())
        .argParser(someOf(WORKLOAD_NAMES)),
    )
    .option('--peers <list>', 'names of peers, or parts of them, separated by commas (default: all)', parseList)
    .addOption(shared.rounds(5))
    .addOption(shared.seconds(4, MAX_SECONDS, 'how long a training may take; slow peers train less'))
    .addOption(shared.quick(`small workloads, ${QUICK.rounds} rounds`))
    .addOption(shared.out(PART))
    .addOption(shared.publish('write the files that the repository keeps'))
  const given = readOptions<Omit<Options, 'readyTimeout' | 'trainTimeout'>>(command, QUICK, argv)
  return {
    ...given,
    readyTimeout: READY_TIMEOUT,
    trainTimeout: Math.max(TRAIN_TIMEOUT, given.seconds * TIMES_THE_SECONDS),
    out: resultsFolder(given, PART),
  }
}
