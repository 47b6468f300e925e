/**
 * `npm run bench`: the experiment on this machine. Prints a table; writes the numbers, the machine and the chart.
 * Exits with 1 if the paths did not end in the same bits, with 2 for a wrong option.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import { backends } from 'lockstep-nn'
import { drawChart } from './chart.js'
import { toPng } from './drawing.js'
import { ensemblePath, libraryPath, type Path, type Run } from './experiment.js'
import { describeMachine, type Machine } from './machine.js'
import { measure } from './measure.js'
import { choosePaths, describeMissing, type Options, parseOptions } from './options.js'
import { startProgress } from './progress.js'
import { PAGES, publishTable } from './publish.js'
import { CPP_RIVALS, compareRivals, cppRival, unrolledJavaScript } from './rivals.js'
import { disagreements, type Summary, summarize } from './statistics.js'
import { renderTable, wrap } from './table.js'
import { runProgram } from './usage.js'

async function main(): Promise<void> {
  const options = parseOptions(new Command(), process.argv)
  const paths = collectPaths(options)
  const jsonFile = options.json ?? join(options.out, 'xor.json')
  // Before the measurement, so that a wrong directory is told of at once.
  for (const directory of [options.out, dirname(jsonFile)]) mkdirSync(directory, { recursive: true })

  const machine = describeMachine()
  const results = measureWithProgress(paths, options)

  const names = paths.map((path) => path.name)
  const summary = summarize(results, names)
  console.log(`${title(options)}\n${wrap(subtitle(options, machine).join('\n'))}\n${renderTable(summary)}`)
  const sameBits = reportBits(paths, results)
  for (const { name, built } of paths) if (built) console.log(wrap(`${name}: ${built}`, '  '))
  for (const line of compareRivals(paths, results)) console.log(wrap(line, '  '))

  const { epochs, quick } = options
  const compilers = Object.fromEntries(paths.flatMap(({ name, built }) => (built ? [[name, built]] : [])))
  const report = { machine, compilers, quick, epochs, sameBits, results, summary }
  writeFileSync(jsonFile, `${JSON.stringify(report, null, 2)}\n`)
  const files = await writeChart(options, machine, summary)
  if (options.publish) publishTable(summary)
  console.log(wrap(`Written: ${[jsonFile, ...files, ...(options.publish ? PAGES : [])].join(', ')}`, '  '))
  if (sameBits === false) process.exitCode = 1
}

function measureWithProgress(paths: readonly Path[], { seeds, epochs }: Options): Run[] {
  const progress = startProgress(seeds.length, 'seeds')
  try {
    return measure(paths, seeds, epochs, (seed, runs) => progress.step(describeRound(seed, runs)))
  } finally {
    progress.stop()
  }
}

function describeRound(seed: bigint, runs: readonly Run[]): string {
  return `seed ${seed}: ${runs.map((run) => `${run.name} ${run.ms.toFixed(1)} ms`).join(', ')}`
}

function collectPaths(options: Options): Path[] {
  const all = backends()
  const names = choosePaths(all, options.paths)
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
  return `XOR: ${epochs.toLocaleString('en')} epochs from ${seedText}${quick ? ' (quick run)' : ''}`
}

function subtitle({ quick }: Options, { cpu, cores, os, node }: Machine): string[] {
  const lines = [`${cpu}, ${cores} cores`, `${os}, Node ${node}`]
  return quick ? [...lines, 'Quick run: too short to compare paths by.'] : lines
}

/** Says whether the library's paths ended in the same bits; null where there are no two to compare. */
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
  const svg = await drawChart(summary, title(options), subtitle(options, machine))
  const svgFile = join(options.out, 'xor.svg')
  const pngFile = join(options.out, 'xor.png')
  writeFileSync(svgFile, svg)
  writeFileSync(pngFile, toPng(svg))
  return [svgFile, pngFile]
}

await runProgram(main)
