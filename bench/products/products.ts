/**
 * `npm run bench:products`: the rate of the library's matrix products in each kernel set, compared with OpenBLAS and with the
 * processor's bounds, on this machine, in one run. Exits with 1 if a product's bits differ from those of plain loops, with
 * 2 for a wrong option or if nothing can be measured.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Option } from 'commander'
import { backends } from 'lockstep-nn'
import { describeMissing } from '../harness/backends.js'
import { describeMachine } from '../harness/machine.js'
import { benchCommand, readOptions, shared } from '../harness/options.js'
import { LineProcess, ONE_THREAD, ProcessError } from '../harness/process.js'
import { CannotMeasure, runProgram } from '../harness/program.js'
import { startProgress } from '../harness/progress.js'
import { makeFolderOf, writeJson } from '../harness/results.js'
import { wrap } from '../harness/text.js'
import { check, measure } from './measure.js'
import { build } from './program.js'
import { renderBounds, renderProducts } from './table.js'

interface Options {
  rounds: number
  seconds: number
  python: string
  quick: boolean
  json?: string
}

const QUICK = { rounds: 1, seconds: 0.002 }

const SCRIPT = fileURLToPath(new URL('../../../bench/products/openblas.py', import.meta.url))
const PEERS_PYTHON = fileURLToPath(new URL('../../../bench/peers/python/.venv/bin/python', import.meta.url))
const INSTALL =
  'python3 -m venv bench/peers/python/.venv && bench/peers/python/.venv/bin/pip install -c bench/peers/python/requirements.txt numpy'

const HELP = `
Float64, one thread, seconds of the processor. A rate is 2·M·K·N for each product. The strict bound is the rate of separate
multiplications and additions, half of each, that read and write nothing but registers of the set; the fused bound that of
fused ones, which the library does without. Products in lanes are measured alone, and with the ways of rows into the
lanes and back where the library needs both. OpenBLAS is called from Python and adds no bias.

To install NumPy:

  ${INSTALL}`

function parseOptions(): Options {
  const python = existsSync(PEERS_PYTHON) ? PEERS_PYTHON : process.platform === 'win32' ? 'python' : 'python3'
  const command = benchCommand('bench:products', 'Compares the matrix products of each kernel set with OpenBLAS.', HELP)
    .addOption(shared.rounds(9))
    .addOption(shared.seconds(0.05, 60))
    .addOption(
      new Option('--python <program>', 'a Python with NumPy').default(python, "that of bench/peers, or the system's"),
    )
    .addOption(shared.json())
    .addOption(shared.quick(`${QUICK.rounds} short round`))
  return readOptions<Options>(command, QUICK)
}

async function main(): Promise<void> {
  const options = parseOptions()
  makeFolderOf(options.json)
  const native = backends().filter(({ name }) => name.startsWith('native/'))
  for (const line of describeMissing(native)) console.error(line)
  const names = native.filter(({ available }) => available).map(({ name }) => name.slice('native/'.length))
  if (names.length === 0) throw new CannotMeasure('No kernel set runs here.')

  const machine = describeMachine()
  const { compiler, programs } = await build(names)
  const sets = names.map((name) => new LineProcess(name, programs.get(name)!))
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
      writeJson(options.json, { machine, compiler, blas: blas?.is, rounds, seconds, quick, ...report })
    }
  } finally {
    for (const program of started) program.kill()
  }
}

/** OpenBLAS, or another BLAS, through NumPy; nothing without NumPy. */
async function startBlas(
  python: string,
  started: LineProcess[],
): Promise<{ program: LineProcess; name: string; is: string } | undefined> {
  // At this level OpenBLAS prints the processor that it detected.
  const program = new LineProcess('NumPy', python, [SCRIPT], { env: { ...ONE_THREAD, OPENBLAS_VERBOSE: '2' } })
  started.push(program)
  try {
    const is = await program.line()
    await program.ask('time call 1 1 1 1')
    const core = /^Core: (.+)$/m.exec(program.complaints)?.[1]
    const name = is.includes('openblas') ? 'OpenBLAS' : "NumPy's BLAS"
    return { program, name, is: core === undefined ? is : `${is}, for ${core}` }
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error
    console.error(`Without OpenBLAS: ${error.message}; to install NumPy: ${INSTALL}`)
    return undefined
  }
}

await runProgram(main)
