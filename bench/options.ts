/** The command line: what may be given, and one clear line about what may not. */
import { type Command, InvalidArgumentError } from 'commander'
import { type BackendName, EPOCHS, SEEDS } from './experiment.js'
import { SEED_LIMIT } from './pcg64.js'
import { outHelp, resultsFolder } from './results.js'
import { BASELINE } from './statistics.js'
import { UsageError } from './usage.js'

export interface Options {
  seeds: bigint[]
  epochs: number
  /** As given, not yet looked up; undefined for all that run here. */
  paths?: string[]
  rivals: boolean
  quick: boolean
  publish: boolean
  json?: string
  out: string
}

export interface Backend {
  readonly name: BackendName
  readonly available: boolean
  readonly reason?: string
}

const QUICK_SEEDS = SEEDS.slice(0, 3)
const QUICK_EPOCHS = 10_000
const MOST_EPOCHS = 1_000_000_000

export function parseOptions(program: Command, argv: readonly string[]): Options {
  strict(program)
    .name('bench')
    .description('Trains XOR from each seed by each path, and compares times and bits.')
    .option('--seeds <list>', `seeds, separated by commas (default: ${SEEDS.join(',')})`, parseSeeds)
    .option('--epochs <n>', `epochs of a training (default: ${EPOCHS})`, whole(1, MOST_EPOCHS))
    .option('--paths <list>', 'paths, separated by commas; "native" is the best kernel set (default: all)', parseList)
    .option('--rivals', 'also run hand-written C++ and JavaScript for exactly this network', false)
    .option('--quick', `${QUICK_SEEDS.length} seeds of ${QUICK_EPOCHS} epochs, to see that it works`, false)
    .option('--json <file>', 'where to write the JSON (default: xor.json in the --out directory)')
    .option('--out <dir>', outHelp())
    .option('--publish', 'run all, with the rivals, and write the files and tables that the repository keeps', false)
    .parse(argv)
  const given = program.opts<Partial<Options> & Pick<Options, 'rivals' | 'quick' | 'publish'>>()
  const { publish } = given
  if (publish && (given.seeds ?? given.epochs ?? given.paths ?? given.json) !== undefined) {
    throw new UsageError('--publish takes all of the experiment; leave out --seeds, --epochs, --paths and --json')
  }
  return {
    seeds: [...(given.quick ? QUICK_SEEDS : SEEDS)],
    epochs: given.quick ? QUICK_EPOCHS : EPOCHS,
    ...given,
    rivals: given.rivals || publish,
    out: resultsFolder(given),
  }
}

/** The backends to run: those named, else all that are available. */
export function choosePaths(all: readonly Backend[], given: readonly string[] | undefined): BackendName[] {
  const available = all.filter((backend) => backend.available).map((backend) => backend.name)
  if (given === undefined) return available
  const chosen = given.map((name) => {
    const wanted = name === 'native' ? available.find((candidate) => candidate.startsWith('native/')) : name
    const found = available.find((candidate) => candidate === wanted)
    if (found === undefined) throw new UsageError(`${explain(all, name)}. Available here: ${available.join(', ')}.`)
    return found
  })
  return [...new Set(chosen)]
}

/** What cannot run here and why, a line for each reason. */
export function describeMissing(all: readonly Backend[]): string[] {
  const missing = all.filter((backend) => !backend.available)
  const reasons = [...new Set(missing.map((backend) => backend.reason ?? 'not available'))]
  return reasons.map((reason) => {
    const names = missing.filter((backend) => (backend.reason ?? 'not available') === reason).map(({ name }) => name)
    return `Without ${names.join(', ')}: ${reason}`
  })
}

function explain(all: readonly Backend[], name: string): string {
  const asked = all.find((backend) => backend.name === name || (name === 'native' && backend.name !== BASELINE))
  if (asked === undefined) return `Unknown path '${name}'`
  return `Path '${name}' does not run here${asked.reason ? ` (${asked.reason.replace(/\.$/, '')})` : ''}`
}

export function parseList(text: string): string[] {
  const items = text.split(',').map((item) => item.trim())
  if (items.includes('')) throw new InvalidArgumentError('Expected names or numbers separated by commas.')
  return items
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

/** Reads a whole number from `least` to `most`. */
export const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text)
    if (!/^\d+$/.test(text) || number < least || number > most) {
      throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`)
    }
    return number
  }

/** Reads a number of seconds above 0, up to `most`. */
export const secondsUpTo =
  (most: number) =>
  (text: string): number => {
    const seconds = Number(text)
    if (text.trim() === '' || !(seconds > 0 && seconds <= most)) {
      throw new InvalidArgumentError(`Expected a number of seconds above 0, up to ${most}.`)
    }
    return seconds
  }

/** Takes no arguments but options, and tells of a wrong one in one line, with status 2. */
export const strict = (program: Command): Command =>
  program
    .allowExcessArguments(false)
    .configureOutput({ outputError: (text, write) => write(`${text.trim().replaceAll('\n', ' ')}\n`) })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
