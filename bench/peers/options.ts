/** The command line of `npm run bench:peers`. */
import { type Command, InvalidArgumentError } from 'commander'
import { parseList, secondsUpTo, strict, whole } from '../options.js'
import { outHelp, resultsFolder } from '../results.js'
import type { Limits } from './measure.js'
import { WORKLOAD_NAMES, type WorkloadName } from './workloads.js'

export interface Options extends Limits {
  workloads: WorkloadName[]
  /** As given, not yet looked up; undefined for all. */
  peers?: string[]
  quick: boolean
  publish: boolean
  out: string
}

const ROUNDS = 5
const SECONDS = 4
const QUICK_ROUNDS = 2
const QUICK_SECONDS = 0.2
const MOST = 10_000

/** Its folder among the results. */
const PART = 'peers'

/** Slow programs load for long, and an epoch of some is slow; beyond these limits a peer is given up. */
const READY_TIMEOUT = 120
const TRAIN_TIMEOUT = 60
const TIMES_THE_SECONDS = 15

const HELP = `
Peers that are not installed are skipped, with the command that installs them; npm run bench:peers:install installs
those from npm. bench/peers/README.md tells what each peer's work differs in, and how to add one.`

export function parseOptions(program: Command, argv: readonly string[]): Options {
  strict(program)
    .name('bench:peers')
    .description('Measures this library beside other programs that train the same networks.')
    .option(
      '--workloads <list>',
      `workloads, separated by commas (default: ${WORKLOAD_NAMES.join(',')})`,
      parseWorkloads,
    )
    .option('--peers <list>', 'names of peers, or parts of them, separated by commas (default: all)', parseList)
    .option('--rounds <n>', `measured trainings of each peer (default: ${ROUNDS})`, whole(1, MOST))
    .option(
      '--seconds <n>',
      `how long a training may take; slow peers train less (default: ${SECONDS})`,
      secondsUpTo(MOST),
    )
    .option('--quick', `small workloads, ${QUICK_ROUNDS} rounds, to see that it works`, false)
    .option('--out <dir>', outHelp(PART))
    .option('--publish', 'write the files that the repository keeps', false)
    .addHelpText('after', HELP)
    .parse(argv)
  const given = program.opts<Partial<Options> & Pick<Options, 'quick' | 'publish'>>()
  const { quick, seconds = quick ? QUICK_SECONDS : SECONDS } = given
  return {
    workloads: [...WORKLOAD_NAMES],
    rounds: quick ? QUICK_ROUNDS : ROUNDS,
    readyTimeout: READY_TIMEOUT,
    trainTimeout: Math.max(TRAIN_TIMEOUT, seconds * TIMES_THE_SECONDS),
    ...given,
    seconds,
    out: resultsFolder(given, PART),
  }
}

function parseWorkloads(text: string): WorkloadName[] {
  const names = parseList(text).map((item) => {
    const name = WORKLOAD_NAMES.find((known) => known === item)
    if (name === undefined) {
      throw new InvalidArgumentError(`Expected some of ${WORKLOAD_NAMES.join(', ')} but received '${item}'.`)
    }
    return name
  })
  return [...new Set(names)]
}
