/** The bench of searches: its parts, its files, its refusals, and the pages that it writes. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withTable } from '../../bench/harness/publish.js'
import { coreHours } from '../../bench/search/parts/costs.js'
import { CONFIGURATIONS, configurationsOf, SEEDS } from '../../bench/search/sweep/configurations.js'
import { bench, node, ROOT } from '../support/child.js'
import { folderOf } from '../support/folder.js'

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

describe('the bench of searches', function () {
  this.timeout(120_000)
  const folder = folderOf()

  function measured(...options: string[]) {
    const out = join(folder(), options.join(' '))
    const { status, stdout, stderr } = bench('search/search', '--quick', '--out', out, ...options)
    assert.equal(status, 0, stderr)
    return { out, stdout, stderr }
  }

  it('sweeps: all ways of the library find one best loss after the same epochs; a loop that is missing is named', () => {
    const { out, stdout, stderr } = measured('--parts', 'sweep')
    const { rows, machine } = read(join(out, 'sweep.json'))
    assert.ok(machine.cores > 0)
    const [ours, loops] = [rows.slice(0, 4), rows.slice(4)]
    assert.deepEqual(
      ours.map(({ way }: { way: string }) => way),
      ['search', 'search, 1 thread', 'ensembles by hand', 'one by one'],
    )
    assert.equal(new Set(ours.map(({ bests }: { bests: number[] }) => bests[0])).size, 1)
    assert.equal(new Set(ours.map(({ epochs }: { epochs: number }) => epochs)).size, 1)
    for (const { epochs, trainings } of loops) {
      assert.equal(trainings, 2)
      assert.ok(epochs > 1 && epochs <= 100)
    }
    for (const { msPerTraining, ratio } of rows) assert.ok(msPerTraining[0] > 0 && ratio > 0, JSON.stringify(rows))
    assert.match(stdout, /times the time of search/)
    const names = loops.map(({ way }: { way: string }) => way)
    for (const [way, path, install] of [
      [
        'Optuna, PyTorch',
        'bench/search/python/.venv/bin/python',
        'pip install -r bench/search/python/requirements.txt',
      ],
      ['TensorFlow.js, wasm', 'bench/peers/tfjs/node_modules/@tensorflow/tfjs-layers', 'bench:peers:install -- tfjs'],
    ]) {
      const isInstalled = existsSync(join(ROOT, path))
      assert.equal(names.includes(way), isInstalled)
      assert.equal(stderr.includes(`Without ${way}: `) && stderr.includes(install), !isInstalled)
    }
  })

  it('measures only the parts that are named, each in a file of its own', () => {
    const { out } = measured('--parts', 'xor,costs', '--rounds', '2')
    assert.equal(existsSync(join(out, 'sweep.json')), false)
    const xor = read(join(out, 'xor.json'))
    assert.deepEqual(
      xor.rows.map(({ way, epochs }: { way: string; epochs: number }) => `${way} ${epochs}`),
      ['search 10', 'one ensemble 10', 'search: its overhead 1'],
    )
    for (const { ms } of xor.rows) assert.equal(ms.length, 2)
    const costs = read(join(out, 'costs.json'))
    assert.deepEqual(
      costs.rows.map(({ network, epochs, rows }: Record<string, unknown>) => `${network} ${epochs} ${rows}`),
      ['2-2-1 1000 4', '24-16-3 160 60', '9-16-1 100 320', '16-32-32-3 20 1000', '16-64-64-3 20 4000'],
    )
    for (const one of costs.rows) assert.ok(one.coreHours > 0 && Number.isFinite(one.coreHours))
  })

  it('trains through a queue to the digest of the search without one', function () {
    if (spawnSync('redis-server', ['--version']).status !== 0) {
      if (process.env.CI) throw new Error('redis-server is not installed')
      this.skip()
    }
    const { out } = measured('--parts', 'queue', '--trainings', '24')
    const { rows } = read(join(out, 'queue.json'))
    assert.deepEqual(
      rows.map(({ way, trainings, batch }: Record<string, unknown>) => `${way}: ${trainings} by ${batch}`),
      ['search, 2 threads: 24 by 3', 'Redis, 2 workers: 24 by 3'],
    )
    for (const { ms, throughput } of rows) assert.ok(ms[0] > 0 && throughput > 0)
  })

  it('names a server that is missing, with status 2, and measures the other parts', () => {
    const out = join(folder(), 'no-redis')
    const program = join(ROOT, 'out/bench/search/search.js')
    const options = ['--quick', '--parts', 'queue,xor', '--out', out]
    const { status, stdout, stderr } = node([program, ...options], { variables: { PATH: folder() } })
    assert.equal(status, 2)
    assert.match(stderr, /^queue: redis-server is not installed \(Debian: apt-get install redis-server\)\.\n$/)
    assert.match(stdout, /XOR, 100 trainings/)
    assert.ok(existsSync(join(out, 'xor.json')) && !existsSync(join(out, 'queue.json')))
  })

  const wrong: [string[], RegExp][] = [
    [['--parts', 'sweeps'], /Expected some of sweep, xor, costs.* but received 'sweeps'/],
    [['--rounds', '0'], /from 1 to 1000/],
    [['--trials', '1.5'], /from 1 to 1000000/],
    [['--trainings', 'many'], /from 1 to 1000000/],
    [['--publish'], /leave out --quick/],
  ]
  for (const [options, message] of wrong) {
    it(`refuses ${options.join(' ')} in one line`, () => {
      const { status, stdout, stderr } = bench('search/search', '--quick', ...options)
      assert.equal(status, 2)
      assert.equal(stdout, '')
      assert.match(stderr, message)
      assert.match(stderr, /^error: .*\n$/)
    })
  }
})

describe('the work of the bench of searches', () => {
  it('has 300 configurations, each once, of which each seed has 30', () => {
    assert.equal(new Set(CONFIGURATIONS.map((one) => JSON.stringify(one))).size, 300)
    assert.deepEqual(
      SEEDS.flatMap((seed) => configurationsOf(seed)),
      CONFIGURATIONS,
    )
    assert.ok(SEEDS.every((seed) => configurationsOf(seed).length === 30))
  })

  it('counts a million trainings of one second each as 277.8 core-hours', () => {
    assert.equal(coreHours(1).toFixed(1), '277.8')
    assert.equal(coreHours(1000), 1000 / 3600)
  })
})

describe('the published tables of searches', () => {
  for (const [part, page] of [
    ['sweep', 'docs/benchmarks.md'],
    ['xor', 'docs/benchmarks.md'],
    ['queue', 'docs/benchmarks.md'],
    ['costs', 'docs/search.md'],
  ]) {
    it(`${part}: ${page} has the place that --publish writes`, () => {
      const text = readFileSync(join(ROOT, page), 'utf8')
      const written = withTable(text, '| new |\n', `bench:search -- --parts ${part}`)
      assert.notEqual(written, text)
      assert.equal(written.split('| new |').length, 2)
    })
  }
})
