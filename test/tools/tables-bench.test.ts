import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Row, TABLES, type TableSpec } from '../../bench/tables/catalog.js'
import { FOLDS, foldTable } from '../../bench/tables/folds.js'
import { mergeResults, readResults } from '../../bench/tables/keep.js'
import { measurePeer, type PeerResult, scoreOf } from '../../bench/tables/measure.js'
import { choosePeers, PEERS } from '../../bench/tables/peers.js'
import { linesOf, renderPage, renderReport } from '../../bench/tables/report.js'

const PROGRAM = fileURLToPath(new URL('../../bench/tables/tables.js', import.meta.url))

const rows: Row[] = Array.from({ length: 40 }, (_, i) => ({
  size: i === 3 ? null : i,
  day: `2026-01-${String(1 + (i % 28)).padStart(2, '0')}`,
  kind: ['a', 'b'][i % 2],
  colour: 'red',
}))
const spec: TableSpec = {
  name: 'made',
  target: 'kind',
  task: 'label',
  measure: 'accuracy',
  source: 'vega-datasets',
  rows: () => rows,
}

describe('the folds of the bench of tables', () => {
  it('test each row once, train on all others, and are the same for the same seed', () => {
    const table = foldTable(spec, rows, 1)
    equal(table.folds.length, FOLDS)
    deepEqual(
      table.folds.flatMap(({ test }) => test).sort((a, b) => a - b),
      [...rows.keys()],
    )
    for (const { train, test } of table.folds) {
      equal(train.length + test.length, rows.length)
      ok(test.every((row) => !train.includes(row)))
    }
    deepEqual(foldTable(spec, rows, 1), table)
    ok(JSON.stringify(foldTable(spec, rows, 2).folds) !== JSON.stringify(table.folds))
  })

  it('leave the target out of the columns, and number labels in ascending order', () => {
    const table = foldTable(spec, rows, 0)
    deepEqual(table.columns, ['size', 'day', 'colour'])
    deepEqual(table.types, { size: 'number', day: 'date', colour: 'category' })
    deepEqual(table.labels, ['a', 'b'])
    deepEqual(table.targets.slice(0, 3), [0, 1, 0])
    deepEqual(table.rows[3], [null, '2026-01-04', 'red'])
  })
})

describe('the tables of vega-datasets', () => {
  for (const { name, target, task, source, rows: read } of TABLES) {
    if (source !== 'vega-datasets') continue
    it(`${name}: each row has a target of the kind that the bench predicts`, () => {
      const read1 = read()
      ok(read1 !== null && read1.length > 300)
      const type = task === 'number' ? 'number' : 'string'
      ok(read1.every((row) => typeof row[target] === type))
    })
  }
})

describe('the scores of the bench of tables', () => {
  it('are those of the measure, from probabilities or numbers', () => {
    const probabilities = [
      [0.9, 0.1],
      [0.6, 0.4],
      [0.3, 0.7],
      [0.8, 0.2],
    ]
    equal(scoreOf('accuracy', [0, 0, 1, 1], probabilities), 0.75)
    equal(scoreOf('rocAuc', [0, 0, 1, 1], probabilities), 0.75)
    equal(scoreOf('r2', [1, 2, 3], [[1], [2], [3]]), 1)
  })

  it('are averaged over folds, and a peer without them is named with the reason', () => {
    const folds = [0.5, 1].map((score, fold) => ({ seed: 0, fold, score, seconds: 2 }))
    const results: PeerResult[] = [
      { peer: 'one', version: '1', cells: [{ peer: 'one', table: 'made', folds }] },
      { peer: 'two', missing: 'not installed: pip install two', cells: [] },
    ]
    const lines = linesOf([{ spec, rows: 40 }], results)
    equal(lines[0].cells[0]?.score, 0.75)
    equal(lines[0].cells[1], undefined)
    const report = renderReport(lines, results)
    ok(renderPage(lines, results).includes('0.750 ± 0.354'))
    ok(report.includes('0.750') && report.includes('two: not installed: pip install two'), report)
  })
})

describe('results kept from earlier runs of the bench of tables', () => {
  const fold = (seed: number, score: number, seconds = 1) => ({ seed, fold: 0, score, seconds })
  const one = (peer: string, table: string, folds: ReturnType<typeof fold>[]): PeerResult => ({
    peer,
    version: '1',
    cells: [{ peer, table, folds }],
  })

  it('are those of other peers, tables and seeds; what was measured again is replaced', () => {
    const before = {
      rows: { made: 40, old: 10 },
      peers: [one('slow', 'made', [fold(0, 0.1), fold(1, 0.2)]), one('fast', 'old', [fold(0, 0.3)])],
    }
    const after = {
      rows: { made: 40 },
      peers: [one('slow', 'made', [fold(0, 0.4)]), one('fast', 'made', [fold(0, 0.5)])],
    }
    const { rows: counts, peers } = mergeResults(before, after)
    deepEqual(counts, { made: 40, old: 10 })
    deepEqual(peers[0].cells, [{ peer: 'slow', table: 'made', folds: [fold(0, 0.4), fold(1, 0.2)] }])
    deepEqual(
      peers[1].cells.map(({ table, folds }) => [table, folds.map(({ score }) => score)]),
      [
        ['old', [0.3]],
        ['made', [0.5]],
      ],
    )
  })

  it('stay where the peer is not installed any more, and are none without a file', () => {
    const before = { rows: { made: 40 }, peers: [one('slow', 'made', [fold(0, 0.1)])] }
    const gone = { rows: {}, peers: [{ peer: 'slow', missing: 'not installed', cells: [] }] }
    deepEqual(mergeResults(before, gone), before)
    deepEqual(readResults('/nowhere/tables.json'), { rows: {}, peers: [] })
  })

  it('count for the seconds by their first seed only', () => {
    const [line] = linesOf([{ spec, rows: 40 }], [one('slow', 'made', [fold(0, 0.2, 3), fold(1, 0.4, 9)])])
    equal(line.cells[0]?.seconds, 3)
    ok(Math.abs((line.cells[0]?.score ?? 0) - 0.3) < 1e-12)
  })
})

describe('the report of the bench of tables', () => {
  it('fits 80 columns with all tables and peers', () => {
    const folds = [{ seed: 0, fold: 0, score: 0.5, seconds: 1234.5 }]
    const results = PEERS.map(({ name: peer, install }): PeerResult => {
      const cells = TABLES.map(({ name: table }) => ({ peer, table, folds: [...folds, ...folds] }))
      return { peer, version: '1', cells: [...cells, { peer, table: 'other', folds: [], reason: install ?? 'none' }] }
    })
    const report = renderReport(
      linesOf(
        TABLES.map((one) => ({ spec: one, rows: 10_000 })),
        results,
      ),
      results,
    )
    ok(report.includes('1,235'))
    deepEqual(
      report.split('\n').filter((line) => line.length > 80 && line.includes(' ')),
      [],
    )
  })
})

describe('the peers of the bench of tables', () => {
  it('are chosen by a part of their name; an unknown one is an error that names the known', () => {
    deepEqual(
      choosePeers(['trees']).map(({ name }) => name),
      ['boosted trees'],
    )
    equal(choosePeers(undefined).length, PEERS.length)
    throws(() => choosePeers(['xgboost']), /Unknown peer 'xgboost'\. Known are: lockstep-nn, /)
  })

  it('are skipped where they are not installed, with the command that installs them', async () => {
    const peer = { name: 'absent', command: ['/nowhere/python'] as const, install: 'pip install absent' }
    const result = await measurePeer(peer, [], () => {})
    deepEqual(result, { peer: 'absent', missing: 'not installed: pip install absent', cells: [] })
  })
})

describe('npm run bench:tables', () => {
  it('scores the library on the penguins without Python', () => {
    const out = mkdtempSync(join(tmpdir(), 'lockstep-tables-test-'))
    try {
      const options = ['--quick', '--peers', 'lockstep-nn', '--out', out]
      const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...options], { encoding: 'utf8' })
      equal(status, 0, stderr)
      ok(stdout.includes('penguins-species') && stdout.includes('penguins-sex'), stdout)
      const { peers } = JSON.parse(readFileSync(join(out, 'tables.json'), 'utf8')) as { peers: PeerResult[] }
      const scores = peers[0].cells.flatMap(({ folds }) => folds.map(({ score }) => score))
      equal(scores.length, 2 * FOLDS)
      ok(
        scores.every((score) => score > 0.7 && score <= 1),
        String(scores),
      )
      ok(readFileSync(join(out, 'tables.md'), 'utf8').includes('| penguins-sex | 333 | accuracy |'))
    } finally {
      rmSync(out, { recursive: true, force: true })
    }
  }).timeout(300_000)

  it('names the tables where one is unknown', () => {
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, '--tables', 'titanic'], { encoding: 'utf8' })
    equal(status, 2)
    ok(stderr.includes("received 'titanic'") && stderr.includes('penguins-species'), stderr)
  })
})
