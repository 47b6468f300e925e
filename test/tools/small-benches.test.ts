/** The benches of threads, ensembles, single predictions and a server: their output and refusals. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { env } from 'node:process'
import { bench } from '../support/child.js'
import { hasChromium } from '../support/chromium.js'
import { folderOf } from '../support/folder.js'
import { implementations } from '../support/paths.js'

/** The cells of a printed table, row by row, without its head. */
const cells = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .slice(1)
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )

const positive = (cell: string): boolean => Number(cell) > 0

describe('the smaller benches', function () {
  this.timeout(60_000)
  const folder = folderOf()

  it('threads: a row for each network and count of threads', () => {
    const { status, stdout } = bench('micro/threads', '--quick', '--threads', '2')
    assert.equal(status, 0)
    const rows = cells(stdout)
    assert.deepEqual(
      rows.map(([network, data, batch, threads]) => [network, data, batch, threads].join(' ')),
      [
        '784-128-10 digits 64',
        '784-128-10 dense 64',
        '784-128-10 dense 512',
        '784-512-256-10 digits 64',
        '784-512-256-10 dense 64',
      ].flatMap((one) => [`${one} 1`, `${one} 2`]),
    )
    for (const row of rows) assert.ok(row.slice(4).every(positive), row.join())
  })

  it('ensembles: a row for each number of members and of threads', () => {
    const { status, stdout } = bench('micro/ensemble', '--quick', '--members', '3, 16')
    assert.equal(status, 0)
    const rows = cells(stdout)
    assert.deepEqual(
      rows.map(([members, threads]) => `${members} ${threads}`),
      ['3 1', '3 2', '16 1', '16 2'],
    )
    for (const row of rows) assert.ok(row.slice(2).every(positive), row.join())
  })

  it('predictions: a row for each network, number of rows and backend', () => {
    const { status, stdout } = bench('micro/predict', '--quick')
    assert.equal(status, 0)
    const rows = cells(stdout)
    assert.ok(rows.some(([network, count, path]) => network === '16-64-64-3' && count === '1' && path === 'typescript'))
    for (const row of rows) assert.ok(row.slice(3).every(positive), row.join())
  })

  it('frames: a row at rest and one in training (Chromium)', function () {
    if (!hasChromium() && env.CI === undefined) this.skip()
    const { status, stdout, stderr } = bench('micro/frames', '--quick')
    assert.equal(status, 0, stderr)
    const rows = cells(stdout)
    assert.deepEqual(
      rows.map(([state]) => state),
      ['at rest', 'training'],
    )
    for (const row of rows) assert.ok(row.slice(1, 5).every(positive), row.join())
    assert.equal(rows[0][6], '0')
    assert.ok(positive(rows[1][6]))
  })

  it('tables: a row for reading, and one for each prediction', () => {
    const { status, stdout, stderr } = bench('micro/csv', '--quick', '--json', join(folder(), 'csv.json'))
    assert.equal(status, 0, stderr)
    assert.match(stdout, /readCsv/)
    const { rows } = JSON.parse(readFileSync(join(folder(), 'csv.json'), 'utf8'))
    assert.deepEqual(
      rows.map(({ what }: { what: string }) => what),
      ['readCsv', 'predict, start', 'predict, 1 network', 'predict, 8 members'],
    )
    for (const { rowsPerSecond, cpu } of rows) assert.ok(rowsPerSecond > 0 && cpu > 0, JSON.stringify(rows))
    assert.ok(rows[0].longestTurn > 0)
  })

  it('server: a row without trainings, and one for each backend, whose networks are right', () => {
    const { status, stdout, stderr } = bench('micro/server', '--quick', '--fits', '5')
    assert.equal(status, 0, stderr)
    const rows = cells(stdout)
    assert.deepEqual(
      rows.map(([fits, backend]) => `${fits} ${backend}`),
      ['0 –', ...[...implementations.slice(1), 'typescript'].map((backend) => `5 ${backend}`)],
    )
    for (const row of rows) assert.ok(row.slice(4).every(positive), row.join())
    assert.match(stdout, /All networks have the bits of fitSync\./)
  })

  const wrong: [string, string[], RegExp][] = [
    ['micro/threads', ['--rounds', '0'], /from 1 to 1000/],
    ['micro/threads', ['--threads', '2.5'], /from 1 to 1024/],
    ['micro/threads', ['--thread', '2'], /unknown option '--thread' \(Did you mean --threads\?\)/],
    ['micro/ensemble', ['--members', '16,'], /separated by commas/],
    ['micro/ensemble', ['--members', '16,x'], /from 1 to 100000/],
    ['micro/ensemble', ['--epochs', 'many'], /from 1 to 1000000/],
    ['micro/server', ['--fits', '0'], /from 1 to 100000/],
    ['micro/predict', ['--rounds=-1'], /from 1 to 10000/],
    ['micro/predict', ['16-64-64-3'], /too many arguments/],
  ]
  for (const [name, options, message] of wrong) {
    it(`${name} refuses ${options.join(' ')} in one line`, () => {
      const { status, stdout, stderr } = bench(name, '--quick', ...options)
      assert.equal(status, 2)
      assert.equal(stdout, '')
      assert.match(stderr, message)
      assert.match(stderr, /^error: .*\n$/)
    })
  }
})
