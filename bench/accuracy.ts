/**
 * `npm run accuracy`: how far the elementary functions are from the exact values, and whether TypeScript and C++ agree on
 * them to the bit. Exits with 1 where a bound is exceeded, a special value is wrong or bits differ, with 2 for a wrong
 * option or where this machine has nothing finer than double to measure with.
 */

import { Command } from 'commander'
import { type Comparison, compareWithSample, FUNCTIONS } from './accuracy/compare.js'
import { CannotMeasure, compile, type Kind, type Measurement, measure, type Point } from './accuracy/program.js'
import { describeMachine } from './machine.js'
import { strict, whole } from './options.js'
import { renderColumns, wrap } from './table.js'

type Name = keyof typeof FUNCTIONS

interface Options {
  points: number
  seed: number
  kinds: boolean
}

interface Result {
  readonly name: Name
  readonly measurement: Measurement
  readonly worst: Kind
  readonly comparison: Comparison
}

/** The largest error allowed, in units in the last place. That of sigmoid only keeps it from growing unseen. */
const BOUNDS: Record<Name, number> = {
  exp: 1,
  log: 2,
  tanh: 2,
  softplus: 2,
  sigmoid: 3,
  log1pUnit: 2,
  erf: 3,
  expm1Negative: 3,
  logCosh: 4,
}

const POINTS = 10_000_000
const FEWEST_POINTS = 1000
const MOST_POINTS = 1e11

const HELP = `
An error is |computed - exact| in units in the last place (ulp). For an exact value from 2^e up to 2^(e+1) one ulp is
2^(e-52), and 2^-1074 where that is more: for subnormal results. The exact value comes from the C library's functions of
long double, which must have 64 bits of fraction or more (x86-64 Linux has); they add less than 0.002 ulp of doubt.
Special values (zeros, infinities, NaN, the smallest and largest numbers, both sides of overflow and underflow) must be
exactly right. TypeScript must give the same bits as C++ on about 260,000 of the points and all special values.`

function parseOptions(program: Command): Options {
  return strict(program)
    .name('accuracy')
    .description('Measures the errors of exp, log, tanh and the other elementary functions.')
    .option('--points <n>', 'points for each function', whole(FEWEST_POINTS, MOST_POINTS), POINTS)
    .option('--seed <n>', 'for the points', whole(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--kinds', 'also show the worst error for each way of drawing points', false)
    .addHelpText('after', HELP)
    .parse()
    .opts<Options>()
}

function run(name: Name, { points, seed }: Options): Result {
  const start = performance.now()
  const measurement = measure(name, points, seed)
  const worst = measurement.kinds.reduce((most, kind) => (kind.ulps > most.ulps ? kind : most))
  const comparison = compareWithSample(name)
  console.error(`${name}: ${worst.ulps} ulp (${((performance.now() - start) / 1000).toFixed(1)} s)`)
  return { name, measurement, worst, comparison }
}

const grouped = (value: number): string => value.toLocaleString('en')

function renderTable(results: readonly Result[]): string {
  return renderColumns(
    [
      ['function', 'left'],
      ['worst ulp', 'left'],
      ['at', 'left'],
      ['special', 'left'],
      ['TypeScript', 'left'],
    ],
    results.map(({ name, measurement, worst, comparison }) => {
      const { specials, wrong } = measurement
      return [
        name,
        `${worst.ulps.toFixed(3)} of ${BOUNDS[name]}`,
        `${worst.x} (${worst.name})`,
        wrong.length === 0 ? `all ${specials}` : `${wrong.length} of ${specials} WRONG`,
        comparison.differing === 0 ? 'same bits' : `${grouped(comparison.differing)} DIFFER`,
      ]
    }),
  )
}

function renderKinds(results: readonly Result[]): string {
  return renderColumns(
    [
      ['function', 'left'],
      ['points drawn', 'left'],
      ['points', 'right'],
      ['worst ulp', 'right'],
      ['at', 'left'],
    ],
    results.flatMap(({ name, measurement }) =>
      measurement.kinds.map((kind) => [name, kind.name, grouped(kind.points), kind.ulps.toFixed(3), String(kind.x)]),
    ),
  )
}

/** A line for everything that is not as it should be. */
function problems({ name, measurement, worst, comparison }: Result): string[] {
  const show = (value: number) => (Object.is(value, -0) ? '-0' : String(value))
  const at = ({ x, computed, exact }: Point) => `${name}(${show(x)}) gave ${show(computed)} instead of ${show(exact)}`
  const lines = measurement.wrong.map((special) => `Special value: ${at(special)}`)
  if (!(worst.ulps <= BOUNDS[name])) {
    lines.push(`Error: ${at(worst)}: ${worst.ulps} ulp, where ${BOUNDS[name]} is allowed`)
  }
  if (comparison.first !== null) lines.push(`TypeScript against C++: ${at(comparison.first)}`)
  return lines
}

function main(): void {
  const options = parseOptions(new Command())
  const compiler = compile()
  const results = (Object.keys(FUNCTIONS) as Name[]).map((name) => run(name, options))
  const { cpu, os, node } = describeMachine()
  console.log(`Errors against long double of ${results[0].measurement.bits} bits, seed ${options.seed}`)
  console.log(wrap(`${cpu}, ${os}, Node ${node}, ${compiler}`))
  if (options.kinds) console.log(renderKinds(results))
  console.log(renderTable(results))
  const [{ measurement, comparison }] = results
  console.log(
    wrap(
      `Worst ulp: the largest error on ${grouped(measurement.points)} points of each function or a few more, of that allowed. ` +
        'Special: values that must be exactly right. ' +
        `TypeScript: compared with C++ on ${grouped(comparison.points)} points of each or a few more.`,
    ),
  )
  const wrong = results.flatMap(problems)
  for (const line of wrong) console.error(line)
  if (wrong.length > 0) process.exitCode = 1
}

try {
  main()
} catch (error) {
  if (!(error instanceof CannotMeasure)) throw error
  console.error(error.message)
  process.exitCode = 2
}
