import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { backends } from 'lockstep-nn'
import { check, measure, PRODUCTS, type Program, type Report, shapeText } from '../../bench/products/measure.js'
import { flagsOf } from '../../bench/products/program.js'
import { bench as runBench } from '../support/child.js'
import { folderOf } from '../support/folder.js'

const CMAKE = fileURLToPath(new URL('../../../CMakeLists.txt', import.meta.url))

const bench = (...options: string[]) => runBench('products/products', ...options)

describe('the bench of products', function () {
  this.timeout(180_000)

  const sets = backends()
    .filter(({ name, available }) => available && name.startsWith('native/'))
    .map(({ name }) => name.slice('native/'.length))

  describe('run in short', () => {
    const folder = folderOf()
    let result: ReturnType<typeof bench>
    let report: Report
    before(function () {
      const json = join(folder(), 'products.json')
      result = bench('--quick', '--json', json)
      const missing = /No C\+\+ compiler could|No kernel set runs here/.exec(result.stderr)
      if (result.status === 2 && missing !== null) {
        console.log(`      skipped: ${result.stderr.trim().split('\n').slice(-2).join(' ')}`)
        this.skip()
      }
      assert.equal(result.status, 0, result.stderr)
      report = JSON.parse(readFileSync(json, 'utf8'))
    })

    it('prints a row for each product and kernel set', () => {
      for (const product of PRODUCTS) {
        for (const set of sets) {
          const row = result.stdout
            .split('\n')
            .find((line) => [shapeText(product), product.what, set].every((text) => line.includes(` ${text} `)))
          assert.match(row ?? 'no row', /│ +\d+\.\d │ +\d+ % │/, `${shapeText(product)}, ${product.what}, ${set}`)
        }
      }
      assert.match(result.stdout, /Quick run/)
    })

    it('measures OpenBLAS on the same shapes, or prints how to install it', () => {
      const blas = report.rows.filter(({ by }) => by === 'blas')
      if (blas.length === 0) return assert.match(result.stderr, /Without OpenBLAS: .*pip install .*numpy/)
      assert.equal(blas.length, 5)
      assert.ok(report.rows.every(({ timesBlas }) => timesBlas !== null && timesBlas > 0))
      assert.ok(report.call !== null && report.call > 0)
    })

    it('has a bound for each kernel set', () => {
      assert.deepEqual(
        report.bounds.map(({ set }) => set),
        sets,
      )
      assert.ok(report.bounds.every(({ strict }) => strict > 0))
    })
  })

  /** A program that always gives this answer. */
  const answering = (name: string, answer: (request: string) => string) =>
    ({ name, ask: async (request: string) => answer(request) }) as Program

  it('reports each product with other bits', async () => {
    const wrong = answering('avx2', (request) => (request === 'check last 64 128 10' ? 'row 1, column 2' : 'same'))
    const right = answering('sse2', () => 'same')
    assert.deepEqual(await check([wrong, right]), ['avx2, last 64×128×10: row 1, column 2'])
  })

  it('compares rates of one round', async () => {
    // Every round is half as fast as the one before; the set computes at half its bound, BLAS three times as fast.
    const slowing = (speed: (request: string) => number) => {
      const rounds = new Map<string, number>()
      return (request: string) => {
        const [job, times] = [request.replace(/ \d+$/, ''), Number(request.split(' ').at(-1))]
        const round = rounds.get(job) ?? 0
        rounds.set(job, round + 1)
        return `1 ${times * speed(job) * 2 ** -round}`
      }
    }
    const set = answering(
      'avx2',
      slowing((job) => (job === 'bound strict' ? 2e9 : 1e9)),
    )
    const unfused = answering('avx2', (request) => (request.startsWith('bound fused') ? 'none' : '1 1e9'))
    const blas = answering(
      'NumPy',
      slowing(() => 3e9),
    )
    const { rows, bounds } = await measure([set], blas, { rounds: 3, seconds: 1 }, () => {})
    assert.deepEqual(bounds, [{ set: 'avx2', strict: 0.125, fused: 0.0625 }])
    for (const { by, rate, ofStrict, ofFused, timesBlas } of rows) {
      const expected = by === 'blas' ? [0.1875, null, 3, 1] : [0.0625, 0.5, 1, 1 / 3]
      assert.deepEqual([rate, ofStrict, ofFused, timesBlas], expected)
    }
    const alone = await measure([unfused], undefined, { rounds: 1, seconds: 1 }, () => {})
    assert.deepEqual([alone.bounds[0].fused, alone.call, alone.rows.length], [null, null, PRODUCTS.length])
    assert.ok(alone.rows.every(({ ofFused, timesBlas }) => ofFused === null && timesBlas === null))
  })

  it('compiles with the flags of the addon', () => {
    const options = /(?:set|list)\((?:APPEND )?(?:COMMON|ISA|AVX2|AVX512)_OPTIONS ([^)]*)\)/g
    // The sanitizers' own flags are for tests.
    const cmake = readFileSync(CMAKE, 'utf8').replace(/if\(LOCKSTEP_SANITIZE\)[\s\S]*?endif\(\)/, '')
    const found = [...cmake.matchAll(options)].flatMap(([text]) => text.match(/(?<= )-[fm][\w=-]+/g) ?? []).sort()
    const own = new Set(['avx512', 'avx2'].flatMap((set) => [...flagsOf(set, 'gnu'), ...flagsOf(set, 'clang')].flat()))
    for (const release of ['-std=c++20', '-O3', '-DNDEBUG', '-fPIC']) own.delete(release)
    assert.deepEqual([...own].sort(), found)
  })

  for (const [what, options, message] of [
    ['no rounds', ['--rounds', '0'], /from 1 to 10000/],
    ['no seconds', ['--seconds', '0'], /above 0/],
    ['an unknown option', ['--round', '1'], /Did you mean --rounds\?/],
  ] as const) {
    it(`refuses ${what} in one line`, () => {
      const { status, stdout, stderr } = bench('--quick', ...options)
      assert.deepEqual([status, stdout], [2, ''])
      assert.match(stderr, message)
      assert.match(stderr, /^error: .*\n$/)
    })
  }
})
