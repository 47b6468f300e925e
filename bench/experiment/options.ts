/** The command line of `npm run bench`. */
import { InvalidArgumentError, Option } from 'commander'
import { benchCommand, parseList, readOptions, shared, wasGiven } from '../harness/options.js'
import { UsageError } from '../harness/program.js'
import { resultsFolder } from '../harness/results.js'
import { EPOCHS, SEEDS } from './experiment.js'
import { SEED_LIMIT } from './pcg64.js'

export interface Options {
  seeds: bigint[]
  epochs: number
  /** Names as given on the command line; undefined for all that run here. */
  paths?: string[]
  rivals: boolean
  quick: boolean
  publish: boolean
  json?: string
  out: string
}

const QUICK = { seeds: SEEDS.slice(0, 3), epochs: 10_000 }
const MAX_EPOCHS = 1_000_000_000

export function parseOptions(argv: readonly string[]): Options {
  const command = benchCommand('bench', 'Trains XOR from each seed by each path, and compares times and bits.')
    .addOption(
      new Option('--seeds <list>', 'seeds, separated by commas')
        .default([...SEEDS], SEEDS.join())
        .argParser(parseSeeds),
    )
    .addOption(shared.epochs(EPOCHS, MAX_EPOCHS))
    .option('--paths <list>', 'paths, separated by commas; "native" is the best kernel set (default: all)', parseList)
    .option('--rivals', 'also run hand-written C++ and JavaScript for exactly this network', false)
    .addOption(shared.quick(`${QUICK.seeds.length} seeds of ${QUICK.epochs} epochs`))
    .addOption(shared.json('where to write the JSON (default: xor.json in the --out directory)'))
    .addOption(shared.out())
    .addOption(shared.publish('run all, with the rivals, and write the files and tables that the repository keeps'))
  const options = readOptions<Options>(command, QUICK, argv)
  if (options.publish && ['seeds', 'epochs', 'paths', 'json'].some((name) => wasGiven(command, name))) {
    throw new UsageError('--publish takes all of the experiment; leave out --seeds, --epochs, --paths and --json')
  }
  return { ...options, rivals: options.rivals || options.publish, out: resultsFolder(options) }
}

function parseSeeds(text: string): bigint[] {
  const seeds = parseList(text).map((item) => {
    if (!/^\d+$/.test(item) || BigInt(item) >= SEED_LIMIT) {
      throw new InvalidArgumentError(`Expected whole numbers from 0 to ${SEED_LIMIT - 1n} but received '${item}'.`)
    }
    return BigInt(item)
  })
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) !== i)
  if (twice !== undefined) throw new InvalidArgumentError(`Expected each seed once but received ${twice} twice.`)
  return seeds
}
