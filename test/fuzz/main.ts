/** `npm run fuzz`: rounds of the property that every backend ends in the same bits, with new seeds, until the time is up. */
import { argv, exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { Coverage } from '../support/coverage.js'
import { paths } from '../support/paths.js'
import { anySeed, CASES, round } from '../support/property.js'

const HELP = `Usage: npm run fuzz -- [--minutes N] [--seed S] [--cases N]

Trains drawn networks on every path that runs here and compares the bits, ${CASES} cases a round.

  --minutes N  how long, at least one round (default 1)
  --seed S     the seed of the first round, as a failure printed it; each further round takes the next (default: a fresh one)
  --cases N    how many cases of each round, from its first (default ${CASES})
  --help       this text`

interface Options {
  readonly minutes: number
  readonly seed: number
  readonly cases: number
}

function numberOf(text: string, name: string, expected: string, fits: (value: number) => boolean): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!fits(value)) throw new Error(`Expected ${expected} for --${name} but received "${text}".`)
  return value
}

/** The options, or null for --help. */
function options(given: string[]): Options | null {
  const { values } = parseArgs({
    args: given,
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      cases: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) return null
  const { minutes = '1', seed, cases = String(CASES) } = values
  const most = 2 ** 31 - 1
  return {
    cases: numberOf(
      cases,
      'cases',
      `an integer from 1 to ${CASES}`,
      (value) => value === Math.min(Math.max(value | 0, 1), CASES),
    ),
    minutes: numberOf(minutes, 'minutes', 'a number of at least 0', (value) => value >= 0 && value < Infinity),
    seed:
      seed === undefined
        ? anySeed()
        : numberOf(
            seed,
            'seed',
            `an integer from 0 to ${most}`,
            (value) => value === Math.min(Math.max(value | 0, 0), most),
          ),
  }
}

async function fuzz({ minutes, seed: first, cases: each }: Options): Promise<boolean> {
  const coverage = new Coverage()
  const start = performance.now()
  const seconds = () => (performance.now() - start) / 1000
  stdout.write(`Paths: ${paths.join(', ')}\n`)
  let cases = 0
  for (let seed = first; ; seed = (seed + 1) % 2 ** 31) {
    const result = await round(seed, coverage, each)
    cases += result.cases
    if (result.failure !== null) {
      stdout.write(`${result.failure}\n`)
      return false
    }
    stdout.write(`${seconds().toFixed(0).padStart(6)} s: ${cases} cases agree, the last seed was ${seed}\n`)
    if (seconds() >= minutes * 60) break
  }
  stdout.write(`What they were about:\n${coverage}\n`)
  return true
}

try {
  const chosen = options(argv.slice(2))
  if (chosen === null) stdout.write(`${HELP}\n`)
  else if (!(await fuzz(chosen))) exit(1)
} catch (error) {
  console.error(`${(error as Error).message}\n\n${HELP}`)
  exit(1)
}
