/** The folders that benches write to, and the width of their output. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { parseOptions } from '../../bench/experiment/options.js'
import { markdownTable } from '../../bench/experiment/table.js'
import { PAGES, withTable } from '../../bench/harness/publish.js'
import { LOCAL, resultsFolder } from '../../bench/harness/results.js'
import { type Column, renderTable } from '../../bench/harness/table.js'
import { clip, WIDTH, wrap } from '../../bench/harness/text.js'
import { parseOptions as parsePeersOptions } from '../../bench/peers/options.js'
import { bench, example, ROOT } from '../support/child.js'
import { drawCount } from '../support/drawn.js'
import { folderOf } from '../support/folder.js'

const argv = (...options: string[]) => ['node', 'bench', ...options]

describe('what a bench prints', function () {
  this.timeout(180_000)
  const folder = folderOf()

  const runs: [name: string, options: () => string[]][] = [
    ['experiment/xor', () => ['--quick', '--rivals', '--out', folder()]],
    ['micro/threads', () => ['--quick', '--threads', '1']],
    ['micro/ensemble', () => ['--quick', '--members', '16,4096']],
    ['micro/predict', () => ['--quick']],
    ['micro/server', () => ['--quick']],
    ['accuracy/accuracy', () => ['--points', '1000', '--kinds']],
    ['products/products', () => ['--quick']],
    ['forms/forms', () => ['--quick']],
    ['forms/widths', () => ['--quick', '--backends', 'typescript', '--out', folder()]],
    ['tables/tables', () => ['--quick', '--peers', 'lockstep-nn', '--out', folder()]],
    [
      'peers/peers',
      () => ['--quick', '--rounds', '1', '--seconds', '0.02', '--workloads', 'experiment,tabular', '--out', folder()],
    ],
  ]
  for (const [name, options] of runs) {
    it(`fits 80 columns: ${name}`, function () {
      const { status, stdout, stderr } = bench(name, ...options())
      // Without a compiler, or without a finer long double, some of them only report that they measure nothing.
      if (status === 2 && /accuracy|products|forms\/forms/.test(name)) this.skip()
      assert.equal(status, 0, stderr)
      assert.ok(stdout.includes('│'))
      const wide = stdout.split('\n').filter((line) => line.length > WIDTH && line.trim().includes(' '))
      assert.deepEqual(wide, [])
      const progress = stderr.split('\n').filter((line) => /^\d+ of \d+ /.test(line))
      assert.ok(
        progress.every((line) => line.length <= WIDTH),
        stderr,
      )
      assert.ok(!stdout.includes('…│') && !/\w…/.test(stdout), 'a word is cut off')
    })
  }

  it('fits 80 columns for any texts, and loses no word', () => {
    const word = fc.stringMatching(/^[a-z]{1,9}$/)
    const text = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' '))
    const table = fc.integer({ min: 1, max: 6 }).chain((count) => {
      const column = fc.tuple(word, fc.constant('left' as const))
      const row = fc.array(text, { minLength: count, maxLength: count })
      return fc.tuple(
        fc.array(column, { minLength: count, maxLength: count }),
        fc.array(row, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
      )
    })
    const property = fc.property(table, ([columns, rows, dense]) => {
      const printed = renderTable(
        rows,
        columns.map(([title, align], i): Column<string[]> => [title, align, (row) => row[i]]),
        { dense },
      )
      for (const line of printed.split('\n')) assert.ok(line.length <= WIDTH, line)
      const words = printed.match(/[a-z]+/g)?.sort()
      assert.deepEqual(words, [...columns.map(([title]) => title), ...rows.flat()].join(' ').split(' ').sort())
    })
    fc.assert(property, { numRuns: drawCount(300) })
  })

  it('breaks lines between words, and keeps words that are too long', () => {
    const long = 'x'.repeat(90)
    assert.equal(wrap('short'), 'short')
    assert.equal(wrap(`a ${long} b`, '  '), `a\n  ${long}\n  b`)
    const lines = wrap(Array.from({ length: 60 }, () => 'word').join(' '), '  ').split('\n')
    assert.ok(lines.every((line) => line.length <= WIDTH) && lines.length === 4)
    assert.deepEqual([clip(long).length, clip(long).at(-1), clip('short')], [WIDTH, '…', 'short'])
  })
})

describe('where results go', () => {
  it('is a folder that Git ignores, unless they are published', function () {
    const folders = [parseOptions(argv()).out, parsePeersOptions(argv()).out, 'examples/results/local']
    assert.deepEqual(folders, [LOCAL, `${LOCAL}/peers`, 'examples/results/local'])
    assert.equal(parseOptions(argv('--publish')).out, 'bench/results')
    assert.equal(parsePeersOptions(argv('--publish')).out, 'bench/results/peers')
    assert.equal(resultsFolder({ quick: true, publish: false }, 'peers'), 'out/bench/quick/peers')
    assert.equal(resultsFolder({ out: 'mine', quick: true, publish: false }, 'peers'), 'mine')
    if (!existsSync(join(ROOT, '.git'))) this.skip()
    for (const folder of [...folders, 'out/bench/quick']) {
      const { status, error } = spawnSync('git', ['check-ignore', '-q', `${folder}/some.png`], { cwd: ROOT })
      if (error !== undefined) this.skip()
      assert.equal(status, 0, folder)
    }
  })

  it('publishes the rivals too', () => assert.equal(parseOptions(argv('--publish')).rivals, true))

  const wrong: [run: () => ReturnType<typeof bench>, message: RegExp][] = [
    [() => bench('experiment/xor', '--publish', '--quick'), /leave out --quick/],
    [() => bench('experiment/xor', '--publish', '--out', 'x'), /leave out --out/],
    [() => bench('experiment/xor', '--publish', '--seeds', '2'), /leave out --seeds/],
    [() => bench('experiment/xor', '--publish', '--paths', 'typescript'), /leave out --seeds, --epochs, --paths/],
    [() => bench('peers/peers', '--publish', '--quick'), /leave out --quick/],
    [() => bench('peers/peers', '--publish', '--out', 'x'), /leave out --out/],
    [() => bench('tables/tables', '--publish', '--quick'), /leave out --quick/],
    [() => example('iris', ['--publish', '--quick']), /leave out --quick and --out/],
  ]
  it('refuses to publish a part of it, in one line', () => {
    for (const [run, message] of wrong) {
      const { status, stdout, stderr } = run()
      assert.deepEqual([status, stdout], [2, ''])
      assert.match(stderr, message)
      assert.match(stderr, /^error: .*\n$/)
    }
  })
})

describe('the published table of the experiment', () => {
  it('has the published numbers, on each page', () => {
    const { summary } = JSON.parse(readFileSync(join(ROOT, 'bench/results/xor.json'), 'utf8'))
    const table = markdownTable(summary)
    for (const page of PAGES) {
      const text = readFileSync(join(ROOT, page), 'utf8')
      assert.equal(withTable(text, table), text, `${page}: npm run bench -- --publish writes it`)
    }
  })

  it('is written between its marks and nowhere else', () => {
    const page = (table: string) =>
      `a\n<!-- written by npm run bench -- --publish -->\n${table}<!-- end of what is written -->\nb`
    assert.equal(withTable(page('old\n'), 'new\n'), page('new\n'))
    assert.throws(() => withTable('no marks', 'new\n'), /Expected the lines/)
  })
})
