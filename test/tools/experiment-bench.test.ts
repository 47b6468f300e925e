import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { backends } from 'lockstep-nn'
import type { Run } from '../../bench/experiment/experiment.js'
import type { Summary } from '../../bench/experiment/summary.js'
import { bench as runBench } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { reference } from '../support/xor-reference.js'

const bench = (...options: string[]) => runBench('experiment/xor', ...options)

const available = backends().filter((backend) => backend.available)

describe('the bench', function () {
  this.timeout(60_000)

  const folder = folderOf()

  describe('run on two seeds', () => {
    let result: ReturnType<typeof bench>
    let report: {
      machine: Record<string, unknown>
      quick: boolean
      epochs: number
      sameBits: boolean | null
      results: Run[]
      summary: Summary[]
    }
    const names = [`ensemble of 2, ${available[0].name}`, ...available.map(({ name }) => name)]

    before(() => {
      result = bench('--seeds', '2,10', '--epochs', '50', '--out', folder())
      assert.equal(result.status, 0, result.stderr)
      report = JSON.parse(readFileSync(join(folder(), 'xor.json'), 'utf8'))
    })

    it('reports the machine and the set-up', () => {
      assert.deepEqual([report.epochs, report.quick], [50, false])
      for (const key of ['cpu', 'kernelSet', 'os', 'node']) assert.equal(typeof report.machine[key], 'string', key)
    })

    it('has a result for every backend and seed, from the starting weights of the original', () => {
      assert.equal(report.results.length, 2 * names.length)
      for (const name of names) {
        for (const seed of [2, 10]) {
          const run = report.results.find((one) => one.name === name && one.seed === seed)
          assert.ok(run, `${name}, seed ${seed}`)
          assert.deepEqual(run.initial, reference.runs.find((one) => one.seed === seed)?.initial)
          assert.ok(run.final.length === 9 && run.final.every((word) => /^[0-9a-f]{16}$/.test(word)))
          assert.match(run.digest, /^[0-9a-f]{64}$/)
          assert.equal(run.predictions.length, 4)
          assert.ok(run.ms > 0 && run.loss > 0)
          assert.equal(run.solved, false)
        }
      }
    })

    it('ends in the same bits on every backend', () => {
      assert.equal(report.sameBits, names.length > 1 ? true : null)
      for (const seed of [2, 10]) {
        assert.equal(new Set(report.results.filter((run) => run.seed === seed).map((run) => run.digest)).size, 1)
      }
    })

    it('summarizes every backend', () => {
      assert.deepEqual(
        report.summary.map(({ name }) => name),
        names,
      )
      for (const { avg, max, min, median, ratio } of report.summary) {
        assert.ok(min <= avg && avg <= max && min <= median && median <= max)
        assert.ok(ratio !== null && ratio > 0)
      }
    })

    it('prints a row for each backend and a line for each seed', () => {
      for (const name of names) assert.ok(result.stdout.includes(name))
      assert.match(result.stdout, /Same bits/)
      assert.match(result.stderr, /1 of 2 {2}seed 2: .*\n2 of 2 {2}seed 10: /)
    })

    it('draws the chart', () => {
      const svg = readFileSync(join(folder(), 'xor.svg'), 'utf8')
      assert.match(svg, /^<svg /)
      for (const text of ['Avg', 'Max', 'Min', 'milliseconds', 'typescript']) assert.ok(svg.includes(text), text)
      const png = readFileSync(join(folder(), 'xor.png'))
      assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    })
  })

  it('takes backends, rivals, a seed beyond 2^53 and a file for the JSON', () => {
    const seed = '18446744073709551615'
    const json = join(folder(), 'deep', 'one.json')
    const options = ['--seeds', seed, '--epochs', '20', '--paths', 'typescript', '--rivals']
    const result = bench(...options, '--json', json, '--out', folder())
    assert.equal(result.status, 0, result.stderr)
    const { results, sameBits } = JSON.parse(readFileSync(json, 'utf8')) as { results: Run[]; sameBits: boolean | null }
    const names = results.map(({ name }) => name)
    assert.ok(names.includes('typescript') && names.includes('hand-unrolled JavaScript'))
    assert.ok(names.includes('c++') || /Without c\+\+: .*install/.test(result.stderr))
    assert.ok(results.every((run) => run.seed === seed))
    assert.equal(sameBits, null)
    assert.doesNotMatch(result.stdout, /NOT THE SAME WORK/)
  })

  it('marks a quick run', () => {
    const result = bench('--quick', '--epochs', '5', '--paths', 'typescript', '--out', folder())
    assert.equal(result.status, 0, result.stderr)
    assert.match(result.stdout, /quick run/)
    assert.equal(JSON.parse(readFileSync(join(folder(), 'xor.json'), 'utf8')).quick, true)
  })

  it('explains its options', () => {
    const { status, stdout } = bench('--help')
    assert.equal(status, 0)
    for (const option of ['--seeds', '--epochs', '--paths', '--rivals', '--quick', '--json', '--out']) {
      assert.ok(stdout.includes(option), option)
    }
  })

  const wrong: [string, string[], RegExp][] = [
    ['an unknown option', ['--sed', '3'], /unknown option '--sed' \(Did you mean --seeds\?\)/],
    ['an argument', ['xor'], /too many arguments/],
    ['no epochs', ['--epochs', '0'], /from 1 to/],
    ['epochs that are no number', ['--epochs', '1e3'], /from 1 to/],
    ['a seed that is no number', ['--seeds', '1,two'], /received 'two'/],
    ['a negative seed', ['--seeds=-1'], /received '-1'/],
    ['a seed too large', ['--seeds', '18446744073709551616'], /from 0 to 18446744073709551615/],
    ['a seed twice', ['--seeds', '3,3'], /received 3 twice/],
    ['an empty list', ['--paths', ''], /separated by commas/],
    ['an unknown path', ['--paths', 'natve'], /Unknown path 'natve'.*Available here: .*typescript/],
    ['a file as folder', ['--out', fileURLToPath(import.meta.url)], /EEXIST/],
  ]
  for (const [what, options, message] of wrong) {
    it(`refuses ${what} in one line`, () => {
      const { status, stdout, stderr } = bench('--quick', '--paths', 'typescript', ...options)
      assert.equal(status, 2)
      assert.equal(stdout, '')
      assert.match(stderr, message)
      assert.match(stderr, /^error: .*\n$/)
    })
  }

  it('names a backend that cannot run here, and why', function () {
    const missing = backends().find((backend) => !backend.available)
    if (missing === undefined) this.skip()
    const { status, stderr } = bench('--paths', missing.name)
    assert.equal(status, 2)
    assert.match(stderr, /^error: Path '.*' does not run here \(.+\)\. Available here: .*typescript\.\n$/)
  })
})
