/**
 * `npm run bench:forms`: whether the addon chooses the fastest form of a network. Draws networks and trainings, measures each
 * of them in every form, and compares the chosen form with the fastest one. Exits with 1 if two forms differ in a bit,
 * with 2 for a wrong option or if nothing can be measured.
 */
import { availableParallelism } from 'node:os'
import { Option } from 'commander'
import { backends } from 'lockstep-nn'
import { loadAddon } from '#lib/backend/addon.js'
import { describeMachine } from '../harness/machine.js'
import { benchCommand, readOptions, shared, whole } from '../harness/options.js'
import { LineProcess } from '../harness/process.js'
import { CannotMeasure, runProgram } from '../harness/program.js'
import { startProgress } from '../harness/progress.js'
import { makeFolderOf, writeJson } from '../harness/results.js'
import { renderTable } from '../harness/table.js'
import { number, wrap } from '../harness/text.js'
import {
  CALLS,
  LIMIT,
  type Measured,
  measureShape,
  SHARE,
  type Summary,
  summarize,
  threadFigures,
  worst,
} from './measure.js'
import { build } from './program.js'
import { drawShapes, shapeText } from './shapes.js'

interface Options {
  shapes: number
  seed: number
  seconds: number
  threads: number
  quick: boolean
  json?: string
}

const QUICK = { shapes: 4, seconds: 0.002 }
const MAX_THREADS = 2
const SHOWN = 12

const HELP = `
Inputs, units, rows and batches are drawn so that their logarithms are uniform, with one to four layers. A time is the
least of many short runs, in which the forms alternate. A ratio is the time of the chosen form divided by that of the
fastest. The calls: a training on one thread (one), on two (two), on as many as threads: 'auto' uses (auto), and a
prediction of as many rows as a batch has (predict).
Where other programs use the processor, the times of two threads mean little: measure with --threads 1 there. What a
barrier costs, in units of cost, is the constant kBarrier of native/cost.cc.`

function parseOptions(): Options {
  const command = benchCommand('bench:forms', 'Compares the chosen form of a network with the fastest one.', HELP)
    .addOption(new Option('--shapes <n>', 'how many networks').default(200).argParser(whole(1, 100_000)))
    .addOption(new Option('--seed <n>', 'which networks').default(1).argParser(whole(0, 2 ** 31 - 1)))
    .addOption(shared.seconds(0.25, 60, 'how long all forms of a network take for each call'))
    .addOption(
      new Option('--threads <n>', 'up to how many threads')
        .default(Math.min(availableParallelism(), MAX_THREADS))
        .argParser(whole(1, MAX_THREADS)),
    )
    .addOption(shared.json())
    .addOption(shared.quick(`${QUICK.shapes} networks in short`))
  return readOptions<Options>(command, QUICK)
}

async function main(): Promise<void> {
  const options = parseOptions()
  makeFolderOf(options.json)
  const addon = loadAddon()
  const names = backends()
    .filter(({ name, available }) => available && name.startsWith('native/'))
    .map(({ name }) => name.slice('native/'.length))
  if (addon === null || names.length === 0) throw new CannotMeasure('No kernel set runs here.')

  const machine = describeMachine()
  const { compiler, programs } = await build(names)
  const shapes = drawShapes(options.shapes, options.seed)
  const wrong: string[] = []
  const measured: Measured[] = []
  const progress = startProgress(names.length * shapes.length, 'networks')
  for (const name of names) {
    const program = new LineProcess(name, programs.get(name)!)
    try {
      for (const shape of shapes) {
        const one = await measureShape(program, addon, shape, options, wrong)
        if (one !== null) measured.push(one)
        progress.step(`${name} ${shape.sizes.join('-')}`)
      }
    } finally {
      program.kill()
    }
  }
  progress.stop()

  for (const line of wrong) console.error(`OTHER BITS: ${line}`)
  if (wrong.length > 0) process.exitCode = 1
  const { cpu, cores, os, load, date } = machine
  console.log(`The form that is chosen, compared with the fastest: ${shapes.length} networks`)
  console.log(wrap(`${cpu}, ${cores} cores, ${os}, ${compiler}, ${date.slice(0, 10)}; load before: ${load}`))
  if (options.quick) console.log('Quick run: too short to compare by.')
  printSummary(measured)
  if (options.json !== undefined) {
    const { shapes: count, seed, seconds, threads, quick } = options
    writeJson(options.json, { machine, compiler, count, seed, seconds, threads, quick, measured })
  }
}

function printSummary(measured: readonly Measured[]): void {
  console.log(
    renderTable<Summary>(
      summarize(measured),
      [
        ['kernel set', 'left', ({ set }) => set],
        ['call', 'left', ({ call }) => call],
        ['networks', 'right', ({ count }) => String(count)],
        ['median', 'right', ({ median }) => number(median)],
        ['90 %', 'right', ({ p90 }) => number(p90)],
        ['95 %', 'right', ({ p95 }) => number(p95)],
        ['max', 'right', ({ max }) => number(max)],
        [`≤ ${LIMIT}`, 'right', ({ within }) => `${(100 * within).toFixed(1)} %`],
        ['', 'left', ({ within }) => (within >= SHARE ? '' : `below ${100 * SHARE} %`)],
      ],
      { dense: true },
    ),
  )
  const shown = worst(measured, SHOWN)
  if (shown.length > 0) {
    console.log('The most expensive choices:')
    console.log(
      renderTable(
        shown,
        [
          ['kernel set', 'left', ({ set }) => set],
          ['call', 'left', ({ choice }) => choice.call],
          ['network', 'left', ({ shape }) => shapeText(shape)],
          ['chosen', 'left', ({ choice }) => choice.chosen],
          ['ratio', 'right', ({ choice }) => number(choice.ratio)],
        ],
        { dense: true },
      ),
    )
  }
  for (const { set, unit, barrier } of threadFigures(measured)) {
    const figures = `a unit of cost takes ${number(unit)} ns, a barrier of two threads ${number(barrier)} ns`
    console.log(wrap(`${set}: ${figures}, as long as ${number(barrier / unit)} units (kBarrier of native/cost.cc)`))
  }
  const slowest = Math.max(0, ...measured.map(({ choosing }) => choosing))
  console.log(wrap(`All choices of a network (${CALLS.length} calls at most) take up to ${number(slowest)} ns.`))
}

await runProgram(main)
