/**
 * `npm run bench:products`: the rate of the library's products of matrices in each kernel set, beside OpenBLAS and beside what
 * the processor can do at most, on this machine, in one run. Exits with 1 where a product has other bits than plain loops
 * give it, with 2 for a wrong option or where nothing can be measured.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { backends } from 'lockstep-nn'
import { CannotMeasure } from './accuracy/program.js'
import { describeMachine } from './machine.js'
import { describeMissing, secondsUpTo, strict, whole } from './options.js'
import { ONE_THREAD } from './peers/process.js'
import { check, measure } from './products/measure.js'
import { Answering, Ended } from './products/process.js'
import { build } from './products/program.js'
import { renderBounds, renderProducts } from './products/table.js'
import { startProgress } from './progress.js'
import { wrap } from './table.js'

interface Options {
  rounds: number
  seconds: number
  python: string
  quick: boolean
  json?: string
}

const ROUNDS = 9
const MOST_ROUNDS = 10_000
const SECONDS = 0.05
const QUICK_ROUNDS = 1
const QUICK_SECONDS = 0.002

const SCRIPT = fileURLToPath(new URL('../../bench/products/openblas.py', import.meta.url))
const PEERS_PYTHON = fileURLToPath(new URL('../../bench/peers/python/.venv/bin/python', import.meta.url))
const INSTALL =
  'python3 -m venv bench/peers/python/.venv && bench/peers/python/.venv/bin/pip install -c bench/peers/python/requirements.txt numpy'

const HELP = `
Float64, one thread, seconds of the processor. A rate is 2·M·K·N for each product. The strict bound is the rate of separate
multiplications and additions, half of each, that read and write nothing but registers of the set; the fused bound that of
fused ones, which the library does without. Products in lanes are measured alone, and with the ways of rows into the
lanes and back where the library needs both. OpenBLAS is called from Python and adds no bias.
To install NumPy: ${INSTALL}`

function parseOptions(program: Command): Options {
  const given = strict(program)
    .name('bench:products')
    .description('Measures the products of matrices in each kernel set beside OpenBLAS.')
    .option('--rounds <n>', `measurements of each product, in turns (default: ${ROUNDS})`, whole(1, MOST_ROUNDS))
    .option('--seconds <n>', `how long each takes (default: ${SECONDS})`, secondsUpTo(60))
    .option('--python <program>', "a Python with NumPy (default: that of bench/peers, or the system's)")
    .option('--json <file>', 'where to write the figures as JSON')
    .option('--quick', `${QUICK_ROUNDS} short round, to see that it works`, false)
    .addHelpText('after', HELP)
    .parse()
    .opts<Partial<Options> & Pick<Options, 'quick'>>()
  return {
    rounds: given.quick ? QUICK_ROUNDS : ROUNDS,
    seconds: given.quick ? QUICK_SECONDS : SECONDS,
    python: existsSync(PEERS_PYTHON) ? PEERS_PYTHON : process.platform === 'win32' ? 'python' : 'python3',
    ...given,
  }
}

async function main(): Promise<void> {
  const options = parseOptions(new Command())
  if (options.json !== undefined) mkdirSync(dirname(options.json), { recursive: true })
  const native = backends().filter(({ name }) => name.startsWith('native/'))
  for (const line of describeMissing(native)) console.error(line)
  const names = native.filter(({ available }) => available).map(({ name }) => name.slice('native/'.length))
  if (names.length === 0) throw new CannotMeasure('No kernel set runs here.')

  const machine = describeMachine()
  const { compiler, programs } = await build(names)
  const sets = names.map((name) => new Answering(name, programs.get(name)!))
  const started = [...sets]
  try {
    const wrong = await check(sets)
    for (const line of wrong) console.error(`OTHER BITS than plain loops: ${line}`)
    if (wrong.length > 0) {
      process.exitCode = 1
      return
    }
    const blas = await startBlas(options.python, started)
    const progress = startProgress(options.rounds, 'rounds')
    const report = await measure(sets, blas?.program, options, progress.step).finally(progress.stop)

    const { cpu, cores, os, load, date } = machine
    const { rounds, seconds, quick } = options
    console.log(`Products of matrices in float64, one thread: medians of ${rounds}, in turns`)
    console.log(wrap(`${cpu}, ${cores} cores, ${os}, ${compiler}, ${date.slice(0, 10)}; load before: ${load}`))
    console.log(wrap(`BLAS: ${blas?.is ?? 'none'}`))
    if (quick) console.log('Quick run: too short to compare by.')
    console.log(renderBounds(report))
    console.log(renderProducts(report, blas?.name ?? 'BLAS'))
    console.log(wrap(`Bits: each product of ${names.join(', ')} is that of plain loops.`))
    if (report.call !== null)
      console.log(`A call from Python takes ${report.call.toFixed(2)} µs of ${blas?.name}'s time.`)
    if (options.json !== undefined) {
      const json = { machine, compiler, blas: blas?.is, rounds, seconds, quick, ...report }
      writeFileSync(options.json, `${JSON.stringify(json, null, 2)}\n`)
    }
  } finally {
    for (const program of started) program.kill()
  }
}

/** OpenBLAS through NumPy, or what BLAS that NumPy has; nothing where there is no NumPy. */
async function startBlas(
  python: string,
  started: Answering[],
): Promise<{ program: Answering; name: string; is: string } | undefined> {
  // At this level OpenBLAS names the processor that it takes this one for.
  const program = new Answering('NumPy', python, [SCRIPT], { ...ONE_THREAD, OPENBLAS_VERBOSE: '2' })
  started.push(program)
  try {
    const is = await program.line()
    await program.ask('time call 1 1 1 1')
    const core = /^Core: (.+)$/m.exec(program.complaints)?.[1]
    const name = is.includes('openblas') ? 'OpenBLAS' : "NumPy's BLAS"
    return { program, name, is: core === undefined ? is : `${is}, for ${core}` }
  } catch (error) {
    if (!(error instanceof Ended)) throw error
    console.error(`Without OpenBLAS: ${error.message}; to install NumPy: ${INSTALL}`)
    return undefined
  }
}

try {
  await main()
} catch (error) {
  // What this machine lacks, or the file system refused, needs no stack.
  const known =
    error instanceof CannotMeasure || error instanceof Ended || (error instanceof Error && 'syscall' in error)
  if (!known) throw error
  console.error(`error: ${error.message}`)
  process.exitCode = 2
}
