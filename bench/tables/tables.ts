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
import { measurePeer, type Part, type PeerResult } from './measure.js'
import { type Options, parseOptions } from './options.js'
import { choosePeers, type Peer } from './peers.js'
import { INSTALL } from './python.js'
import { linesOf, type Measured, renderPage, renderReport } from './report.js'

async function main(): Promise<void> {
  const options = parseOptions(process.argv)
  const peers = choosePeers(options.peers)
  // Before the measurement, so that an invalid directory is reported at once.
  mkdirSync(options.out, { recursive: true })
  const machine = describeMachine()
  const { tables, results } = await measureAll(peers, options)

  const lines = linesOf(tables, results)
  console.log(renderReport(lines, results))
  const { seeds, out } = options
  writeJson(join(out, 'tables.json'), { machine, seeds, folds: FOLDS, peers: results })
  writeFileSync(join(out, 'tables.md'), renderPage(lines, results))
  console.log(wrap(`Written to ${out}: tables.json and tables.md.`))
}

async function measureAll(
  peers: readonly Peer[],
  { tables: names, seeds }: Options,
): Promise<{ tables: Measured[]; results: PeerResult[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-tables-'))
  const tables: Measured[] = []
  const parts: Part[] = []
  try {
    for (const spec of TABLES.filter(({ name }) => names.includes(name))) {
      const rows = spec.rows()
      if (rows === null) {
        console.error(`${spec.name}: ${spec.source} is not installed: ${INSTALL}`)
        continue
      }
      tables.push({ spec, rows: rows.length })
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
    return { tables, results }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await runProgram(main)
