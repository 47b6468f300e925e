/**
 * `npm run bench`: the experiment on this machine. Prints a table; writes the numbers, the machine and the chart.
 * Exits with 1 if the backends did not end in the same bits, with 2 for a wrong option.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { backends } from 'lockstep-nn'
import { chooseBackends, describeMissing } from '../harness/backends.js'
import { toPng } from '../harness/drawing.js'
import { describeMachine, type Machine } from '../harness/machine.js'
import { runProgram } from '../harness/program.js'
import { startProgress } from '../harness/progress.js'
import { PAGES, publishTable } from '../harness/publish.js'
import { makeFolderOf, writeJson } from '../harness/results.js'
import { grouped, many, wrap } from '../harness/text.js'
import { drawSummary } from './chart.js'
import { ensemblePath, libraryPath, measure, type Path, type Run } from './experiment.js'
import { type Options, parseOptions } from './options.js'
import { CPP_RIVALS, compareRivals, cppRival, unrolledJavaScript } from './rivals.js'
import { disagreements, type Summary, summarize } from './summary.js'
import { markdownTable, renderSummary } from './table.js'

async function main(): Promise<void> {
  const options = parseOptions(process.argv)
  const paths = collectPaths(options)
  const jsonFile = options.json ?? join(options.out, 'xor.json')
  // Before the measurement, so that an invalid directory is reported at once.
  mkdirSync(options.out, { recursive: true })
  makeFolderOf(jsonFile)

  const machine = describeMachine()
  const { seeds, epochs, quick } = options
  const progress = startProgress(seeds.length, 'seeds')
  const onRound = (seed: bigint, runs: readonly Run[]) => progress.step(describeRound(seed, runs))
  const results = await measure(paths, seeds, epochs, onRound).finally(progress.stop)

  const summary = summarize(
    results,
    paths.map((path) => path.name),
  )
  console.log(`${title(options)}\n${wrap(subtitle(options, machine).join('\n'))}\n${renderSummary(summary)}`)
  const sameBits = reportBits(paths, results)
  for (const { name, built } of paths) if (built) console.log(wrap(`${name}: ${built}`, '  '))
  for (const line of compareRivals(paths, results)) console.log(wrap(line, '  '))

  const compilers = Object.fromEntries(paths.flatMap(({ name, built }) => (built ? [[name, built]] : [])))
  writeJson(jsonFile, { machine, compilers, quick, epochs, sameBits, results, summary })
  const files = await writeChart(options, machine, summary)
  if (options.publish) publishTable(markdownTable(summary))
  console.log(wrap(`Written: ${[jsonFile, ...files, ...(options.publish ? PAGES : [])].join(', ')}`, '  '))
  if (sameBits === false) process.exitCode = 1
}

/** The trainings of a seed in a few words. */
function describeRound(seed: bigint, runs: readonly Run[]): string {
  const times = runs.map(({ ms }) => ms)
  const [least, most] = [Math.min(...times), Math.max(...times)]
  return `seed ${seed}: ${many(runs.length, 'training')} of ${least.toFixed(1)} to ${most.toFixed(1)} ms`
}

function collectPaths(options: Options): Path[] {
  const all = backends()
  const names = chooseBackends(all, options.paths)
  const paths = names.map(libraryPath)
  // The first one is the best of those chosen.
  if (options.paths === undefined && options.seeds.length > 1) paths.unshift(ensemblePath(names[0], options.seeds))
  if (options.paths === undefined) {
    for (const line of describeMissing(all)) console.error(line)
  }
  if (!options.rivals) return paths
  const cpp = CPP_RIVALS.flatMap((name) => {
    const rival = cppRival(name)
    if (!('skipped' in rival)) return [rival]
    console.error(`Without ${name}: ${rival.skipped}`)
    return []
  })
  return [...paths, ...cpp, unrolledJavaScript]
}

function title({ epochs, seeds, quick }: Options): string {
  const seedText = seeds.length === 1 ? 'one seed' : `each of ${seeds.length} seeds`
  return `XOR: ${grouped(epochs)} epochs from ${seedText}${quick ? ' (quick run)' : ''}`
}

function subtitle({ quick }: Options, { cpu, cores, os, node }: Machine): string[] {
  const lines = [`${cpu}, ${cores} cores`, `${os}, Node ${node}`]
  return quick ? [...lines, 'Quick run: too short to compare paths by.'] : lines
}

/** A line about whether the library's backends ended in the same bits; null if there are not two to compare. */
function reportBits(paths: readonly Path[], runs: readonly Run[]): boolean | null {
  const lockstep = paths.filter((path) => path.lockstep).map((path) => path.name)
  if (lockstep.length < 2) {
    console.log('Same bits: nothing to compare, only one path ran.')
    return null
  }
  const differing = disagreements(runs, lockstep)
  const all = `${lockstep.slice(0, -1).join(', ')} and ${lockstep.at(-1)}`
  console.log(
    wrap(
      differing.length === 0
        ? `Same bits: yes, ${all} end in the same parameters for every seed.`
        : `Same bits: NO, ${all} differ for seeds ${differing.join(', ')}. Please report this with the JSON file.`,
    ),
  )
  return differing.length === 0
}

async function writeChart(options: Options, machine: Machine, summary: readonly Summary[]): Promise<string[]> {
  const svg = await drawSummary(summary, title(options), subtitle(options, machine))
  const svgFile = join(options.out, 'xor.svg')
  const pngFile = join(options.out, 'xor.png')
  writeFileSync(svgFile, svg)
  writeFileSync(pngFile, toPng(svg))
  return [svgFile, pngFile]
}

await runProgram(main)
