/**
 * `npm run accuracy`: measures the errors of the elementary functions, and compares the bits of TypeScript and C++. Exits with
 * 1 if an error exceeds its bound, a special value is wrong or bits differ, with 2 for a wrong option or if this
 * machine has no type finer than double.
 */

import { describeMachine } from '../harness/machine.js'
import { benchCommand, readOptions, whole } from '../harness/options.js'
import { runProgram } from '../harness/program.js'
import { type Column, renderTable } from '../harness/table.js'
import { grouped, wrap } from '../harness/text.js'
import { type Comparison, compareWithSample, FUNCTIONS } from './compare.js'
import { compile, type Kind, type Measurement, measure, type Point } from './program.js'

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

/** The largest error allowed, in units in the last place. The bound of sigmoid only detects a growing error. */
const BOUNDS: Record<Name, number> = {
  exp: 1,
  log: 2,
  tanh: 3,
  softplus: 2,
  sigmoid: 3,
  log1pUnit: 2,
  erf: 3,
  expm1Negative: 3,
  logCosh: 4,
}

const POINTS = 10_000_000
const MIN_POINTS = 1000
const MAX_POINTS = 1e11

const HELP = `
An error is |computed - exact| in units in the last place (ulp). For an exact value from 2^e up to 2^(e+1) one ulp is
2^(e-52), and 2^-1074 where that is more: for subnormal results. The exact value comes from the C library's functions of
long double, which must have 64 bits of fraction or more (x86-64 Linux has); they add less than 0.002 ulp of doubt.
Special values (zeros, infinities, NaN, the smallest and largest numbers, both sides of overflow and underflow) must be
exactly right. TypeScript must give the same bits as C++ on about 260,000 of the points and all special values.`

function parseOptions(): Options {
  const description = 'Measures the errors of exp, log, tanh and the other elementary functions.'
  const command = benchCommand('accuracy', description, HELP)
    .option('--points <n>', 'points for each function', whole(MIN_POINTS, MAX_POINTS), POINTS)
    .option('--seed <n>', 'for the points', whole(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--kinds', 'also show the worst error for each way of drawing points', false)
  return readOptions<Options>(command)
}

function run(name: Name, { points, seed }: Options): Result {
  const start = performance.now()
  const measurement = measure(name, points, seed)
  const worst = measurement.kinds.reduce((most, kind) => (kind.ulps > most.ulps ? kind : most))
  const comparison = compareWithSample(name)
  console.error(`${name}: ${worst.ulps} ulp (${((performance.now() - start) / 1000).toFixed(1)} s)`)
  return { name, measurement, worst, comparison }
}

const COLUMNS: readonly Column<Result>[] = [
  ['function', 'left', ({ name }) => name],
  ['worst ulp', 'left', ({ name, worst }) => `${worst.ulps.toFixed(3)} of ${BOUNDS[name]}`],
  ['at', 'left', ({ worst }) => `${worst.x} (${worst.name})`],
  ['special', 'left', ({ measurement: { specials, wrong } }) => specialText(specials, wrong.length)],
  ['TypeScript', 'left', ({ comparison: { differing } }) => bitsText(differing)],
]

const specialText = (count: number, wrong: number): string =>
  wrong === 0 ? `all ${count}` : `${wrong} of ${count} WRONG`

const bitsText = (differing: number): string => (differing === 0 ? 'same bits' : `${grouped(differing)} DIFFER`)

const KIND_COLUMNS: readonly Column<Kind & { of: Name }>[] = [
  ['function', 'left', (kind) => kind.of],
  ['points drawn', 'left', ({ name }) => name],
  ['points', 'right', ({ points }) => grouped(points)],
  ['worst ulp', 'right', ({ ulps }) => ulps.toFixed(3)],
  ['at', 'left', ({ x }) => String(x)],
]

/** A line for each fault. */
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

async function main(): Promise<void> {
  const options = parseOptions()
  const compiler = await compile()
  const results = (Object.keys(FUNCTIONS) as Name[]).map((name) => run(name, options))
  const { cpu, os, node } = describeMachine()
  console.log(`Errors against long double of ${results[0].measurement.bits} bits, seed ${options.seed}`)
  console.log(wrap(`${cpu}, ${os}, Node ${node}, ${compiler}`))
  if (options.kinds) {
    const kinds = results.flatMap(({ name, measurement }) => measurement.kinds.map((kind) => ({ ...kind, of: name })))
    console.log(renderTable(kinds, KIND_COLUMNS))
  }
  console.log(renderTable(results, COLUMNS))
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

await runProgram(main)
