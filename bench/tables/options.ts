/** The command line of `npm run bench:tables`. */
import { Option } from 'commander'
import { benchCommand, parseList, readOptions, shared, someOf, whole } from '../harness/options.js'
import { resultsFolder } from '../harness/results.js'
import { TABLE_NAMES } from './catalog.js'

export interface Options {
  tables: string[]
  /** Names as given on the command line; undefined for all peers. */
  peers?: string[]
  seeds: number
  keep: boolean
  quick: boolean
  publish: boolean
  out: string
}

/** The bench's folder of results. */
const PART = 'tables'

const MAX_SEEDS = 100

const HELP = `
Peers in Python are skipped where they are not installed, with the command that installs them, and so are the tables that
come with scikit-learn. bench/tables/README.md has the tables, the peers and the rules.`

export function parseOptions(argv: readonly string[]): Options {
  const description = 'Compares the defaults of Model.fit with other programs on tables, with no option but the target.'
  const command = benchCommand('bench:tables', description, HELP)
    .addOption(
      new Option('--tables <list>', 'tables, separated by commas')
        .default([...TABLE_NAMES], TABLE_NAMES.join())
        .argParser(someOf(TABLE_NAMES)),
    )
    .option('--peers <list>', 'names of peers, or parts of them, separated by commas (default: all)', parseList)
    .addOption(
      new Option('--seeds <n>', 'how many times five folds are made').default(1).argParser(whole(1, MAX_SEEDS)),
    )
    .option('--keep', 'add to the results in the folder: of peers, tables and seeds that are not measured now', false)
    .addOption(shared.quick('the penguins only'))
    .addOption(shared.out(PART))
    .addOption(shared.publish('write the files that the repository keeps'))
  const given = readOptions<Options>(command, { tables: ['penguins-species', 'penguins-sex'] }, argv)
  return { ...given, out: resultsFolder(given, PART) }
}
