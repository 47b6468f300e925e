/**
 * `npm run bench:tables`: scores the defaults of `Model.fit` beside other programs, on the same folds of the same tables. Prints
 * two tables; writes them and the score of each fold.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeMachine } from '../harness/machine.js'
import { runProgram } from '../harness/program.js'
import { startProgress } from '../harness/progress.js'
import { writeJson } from '../harness/results.js'
import { wrap } from '../harness/text.js'
import { TABLES } from './catalog.js'
import { FOLDS, foldTable, writeTable } from './folds.js'
import { mergeResults, type Results, readResults } from './keep.js'
import { measurePeer, type Part, type PeerResult } from './measure.js'
import { type Options, parseOptions } from './options.js'
import { choosePeers, inOrder, type Peer } from './peers.js'
import { INSTALL } from './python.js'
import { linesOf, renderPage, renderReport } from './report.js'

async function main(): Promise<void> {
  const options = parseOptions(process.argv)
  const peers = choosePeers(options.peers)
  // Before the measurement, so that an invalid directory is reported at once.
  mkdirSync(options.out, { recursive: true })
  const machine = describeMachine()
  const file = join(options.out, 'tables.json')
  const before = options.keep ? readResults(file) : { rows: {}, peers: [] }
  const { rows, peers: all } = mergeResults(before, await measureAll(peers, options))

  const measured = TABLES.flatMap((spec) => (spec.name in rows ? [{ spec, rows: rows[spec.name] }] : []))
  const results = inOrder(all)
  const lines = linesOf(measured, results)
  console.log(renderReport(lines, results))
  writeJson(file, { machine, folds: FOLDS, rows, peers: results })
  writeFileSync(join(options.out, 'tables.md'), renderPage(lines, results))
  console.log(wrap(`Written to ${options.out}: tables.json and tables.md.`))
}

async function measureAll(peers: readonly Peer[], { tables: names, seeds }: Options): Promise<Results> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-tables-'))
  const counts: Record<string, number> = {}
  const parts: Part[] = []
  try {
    for (const spec of TABLES.filter(({ name }) => names.includes(name))) {
      const rows = spec.rows()
      if (rows === null) {
        console.error(`${spec.name}: ${spec.source} is not installed: ${INSTALL}`)
        continue
      }
      counts[spec.name] = rows.length
      for (let seed = 0; seed < seeds; seed++) {
        const table = foldTable(spec, rows, seed)
        const file = join(folder, `${spec.name}-${seed}.json`)
        writeTable(file, table)
        parts.push({ name: spec.name, measure: spec.measure, seed, file, table })
      }
    }
    const progress = startProgress(peers.length * parts.length * FOLDS, 'folds')
    const results: PeerResult[] = []
    try {
      for (const peer of peers) results.push(await measurePeer(peer, parts, progress.step))
    } finally {
      progress.stop()
    }
    return { rows: counts, peers: results }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await runProgram(main)
