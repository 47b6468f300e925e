/** The command line of `npm run bench:search`. */
import { Option } from 'commander'
import { benchCommand, readOptions, shared, someOf, whole } from '../harness/options.js'
import { resultsFolder } from '../harness/results.js'

export const PART_NAMES = ['sweep', 'xor', 'costs', 'queue'] as const
export type PartName = (typeof PART_NAMES)[number]

export interface Options {
  parts: PartName[]
  /** undefined: those of each part. */
  rounds?: number
  epochs: number
  trials: number
  trainings: number
  quick: boolean
  publish: boolean
  out: string
}

/** The bench's folder of results. */
const FOLDER = 'search'

const QUICK = { rounds: 1, epochs: 10, trials: 100, trainings: 200 }

const HELP = `
The parts: sweep, 300 configurations by search, by hand, and by loops in Python and in TensorFlow.js where these are
installed; xor, many short trainings; costs, the core-hours of a million trainings; queue, the same
trainings through Redis, where redis-server is installed.

docs/benchmarks.md and docs/search.md have the published tables.`

export function parseOptions(argv: readonly string[]): Options {
  const command = benchCommand('bench:search', 'Measures searches.', HELP)
    .addOption(
      new Option('--parts <list>', 'parts, separated by commas')
        .default([...PART_NAMES], PART_NAMES.join())
        .argParser(someOf(PART_NAMES)),
    )
    .addOption(
      new Option('--rounds <n>', 'how often each is measured (default: that of the part)').argParser(whole(1, 1000)),
    )
    .addOption(shared.epochs(1000, 1_000_000))
    .addOption(new Option('--trials <n>', 'the trainings of XOR').default(10_000).argParser(whole(1, 1_000_000)))
    .addOption(
      new Option('--trainings <n>', 'the trainings through the queue').default(100_000).argParser(whole(1, 1_000_000)),
    )
    .addOption(shared.quick('one round of few trainings'))
    .addOption(shared.out(FOLDER))
    .addOption(shared.publish('write the files and the tables that the repository keeps'))
  const given = readOptions<Options>(command, QUICK, argv)
  return { ...given, out: resultsFolder(given, FOLDER) }
}
