/**
 * `npm run bench:peers`: compares this library with other programs, on this machine, in one run. Prints a table for each workload; writes
 * the numbers, a page and charts. Exits with 1 if a peer failed or did other work than it claims, with 2 for a wrong option.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toPng } from '../harness/drawing.js'
import { describeMachine, type Machine } from '../harness/machine.js'
import { choosePeers } from '../harness/peers.js'
import { runProgram } from '../harness/program.js'
import { startProgress } from '../harness/progress.js'
import { writeJson } from '../harness/results.js'
import { wrap } from '../harness/text.js'
import { allPeers, type Peer } from './catalog.js'
import { drawReport } from './chart.js'
import { writeWorkload } from './files.js'
import { renderReport } from './format.js'
import { measure } from './measure.js'
import { type Options, parseOptions } from './options.js'
import { renderPage, type Section } from './page.js'
import { isWrong, summarize, type WorkloadReport } from './summary.js'
import { makeWorkload } from './workloads.js'

const TITLE = 'lockstep-nn and the field'

async function main(): Promise<void> {
  const options = parseOptions(process.argv)
  const peers = choosePeers(allPeers(), options.peers)
  // Before the measurement, so that an invalid directory is reported at once.
  mkdirSync(options.out, { recursive: true })

  const machine = describeMachine()
  const reports = await measureAll(peers, options)
  for (const report of reports) console.log(`${renderReport(report)}\n`)

  const { rounds, seconds, quick, out } = options
  writeJson(join(out, 'peers.json'), { machine, rounds, seconds, quick, workloads: reports })
  await writePictures(reports, options, machine)
  console.log(wrap(`Written to ${out}: peers.json, peers.html and a chart for each workload.`))
  if (reports.some(isWrong)) process.exitCode = 1
}

async function measureAll(peers: readonly Peer[], options: Options): Promise<WorkloadReport[]> {
  const progress = startProgress(options.workloads.length * (peers.length + options.rounds), 'steps')
  const directory = mkdtempSync(join(tmpdir(), 'lockstep-peers-'))
  const reports: WorkloadReport[] = []
  try {
    for (const name of options.workloads) {
      const workload = makeWorkload(name, options.quick)
      const folder = join(directory, name)
      writeWorkload(workload, folder)
      reports.push(summarize(workload, await measure(workload, folder, peers, options, progress.step)))
    }
  } finally {
    progress.stop()
    rmSync(directory, { recursive: true, force: true })
  }
  return reports
}

async function writePictures(reports: readonly WorkloadReport[], options: Options, machine: Machine): Promise<void> {
  const facts = describeRun(options, machine)
  const sections: Section[] = []
  for (const report of reports) {
    if (report.rows.length === 0) {
      sections.push({ report, svg: '' })
      continue
    }
    const svg = await drawReport(report, [report.summary, ...facts])
    writeFileSync(join(options.out, `${report.name}.png`), toPng(svg))
    sections.push({ report, svg })
  }
  writeFileSync(join(options.out, 'peers.html'), renderPage(TITLE, facts, sections))
}

function describeRun({ rounds, quick }: Options, { cpu, cores, os, node, date, load }: Machine): string[] {
  const order = `the median of ${rounds} trainings, in turns; lines from least to most`
  return [
    `${cpu}, ${cores} cores, ${os}, Node ${node}, ${date.slice(0, 10)}`,
    `One thread each unless the name says two, ${order}; load before: ${load}`,
    ...(quick ? ['Quick run: too short to compare peers by.'] : []),
  ]
}

await runProgram(main)
