import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { backends, Network } from 'lockstep-nn'
import { type Cell, findJumps, JUMP } from '../../bench/forms/cells.js'
import {
  CALLS,
  choiceOf,
  type Measured,
  measureShape,
  type Program,
  summarize,
  threadFigures,
  worst,
} from '../../bench/forms/measure.js'
import { drawShapes, optionsOf, parametersOf } from '../../bench/forms/shapes.js'
import { bench } from '../support/child.js'
import { drawCount } from '../support/drawn.js'
import { folderOf } from '../support/folder.js'

const sets = backends()
  .filter(({ name, available }) => available && name.startsWith('native/'))
  .map(({ name }) => name.slice('native/'.length))

describe('the bench of forms', function () {
  this.timeout(180_000)
  const folder = folderOf()

  describe('run in short', () => {
    let result: ReturnType<typeof bench>
    let measured: Measured[]
    before(function () {
      const json = join(folder(), 'forms.json')
      result = bench('forms/forms', '--quick', '--shapes', '3', '--threads', '2', '--json', json)
      const missing = /No C\+\+ compiler could|No kernel set runs here|The build of the addon has no/.exec(
        result.stderr,
      )
      if (result.status === 2 && missing !== null) {
        console.log(`      skipped: ${result.stderr.trim().split('\n').slice(-2).join(' ')}`)
        this.skip()
      }
      assert.equal(result.status, 0, result.stderr)
      measured = JSON.parse(readFileSync(json, 'utf8')).measured
    })

    it('measures each network in each kernel set, and compares the bits of its forms', () => {
      assert.deepEqual(
        measured.map(({ set }) => set),
        sets.flatMap((set) => [set, set, set]),
      )
      for (const { choices, choosing } of measured) {
        assert.ok(choices.every(({ ratio, times, chosen }) => ratio >= 1 && times[chosen] > 0))
        assert.ok(choosing > 0)
      }
      assert.ok(!result.stderr.includes('OTHER BITS'))
    })

    it('prints a row for each kernel set and call', () => {
      for (const set of sets) {
        for (const call of ['one', 'predict']) {
          assert.ok(
            result.stdout.split('\n').some((line) => [set, call].every((text) => line.includes(` ${text} `))),
            `${set}, ${call}`,
          )
        }
      }
      assert.match(result.stdout, /Quick run/)
    })
  })

  it('draws the same networks in every run, all of which the library can train', () => {
    const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 })
    const property = fc.property(seeds, (seed) => {
      const shapes = drawShapes(3, seed)
      assert.deepEqual(drawShapes(3, seed), shapes)
      for (const shape of shapes) {
        const { inputs, layers } = optionsOf(shape)
        assert.equal(new Network({ inputs, layers, seed: 1 }).parameterCount, parametersOf(shape))
        assert.ok(shape.batchSize <= shape.rows)
      }
    })
    fc.assert(property, { numRuns: drawCount(20) })
  })

  /** A program that answers requests that begin with these words. */
  const answering = (answers: Record<string, string>): Program => ({
    name: 'avx2',
    ask: async (request) => answers[Object.keys(answers).find((words) => request.startsWith(words)) ?? ''],
  })
  const fields = { planFields: [], layerFields: [], tensorFields: [], watchFields: [] }
  const [shape] = drawShapes(1)
  const answers = {
    plan: 'train lanes lanes usable 1 2 useful 1 2 predict rows cost 100 barriers 4',
    check: 'same',
    'train 1': 'lanes=100 tiled=80',
    'train 2': 'lanes=60 tiled=48',
    predict: 'lanes=10 tiled=20 rows=9',
    choose: '12.5',
  }
  const measureOne = (given: Record<string, string>, threads = 2, wrong: string[] = []) =>
    measureShape(answering(given), fields, shape, { threads, seconds: 1 }, wrong)

  it('compares the chosen form with the fastest one', async () => {
    const measured = (await measureOne(answers))!
    assert.deepEqual(
      measured.choices.map(({ call, chosen, ratio }) => [call, chosen, ratio]),
      [
        ['one', 'lanes', 1.25],
        ['two', 'lanes on 2', 1.25],
        ['auto', 'lanes on 2', 1.25],
        ['predict', 'rows', 1],
      ],
    )
    assert.deepEqual(threadFigures([measured]), [{ set: 'avx2', unit: 1, barrier: 2.5 }])
    const unshared = (await measureOne({ ...answers, plan: answers.plan.replaceAll('1 2', '1 1') }))!
    assert.deepEqual(
      unshared.choices.map(({ chosen }) => chosen),
      ['lanes', 'lanes on 1', 'lanes on 1', 'rows'],
    )
    assert.deepEqual(threadFigures([unshared]), [])
    const alone = (await measureOne({ ...answers, 'train 2': '' }))!
    assert.deepEqual(
      alone.choices.map(({ call }) => call),
      ['one', 'predict'],
    )
    assert.deepEqual(threadFigures([alone]), [])
  })

  it('reports forms whose bits differ, and refuses answers that it cannot read', async () => {
    const wrong: string[] = []
    assert.equal(await measureOne({ ...answers, check: 'tiled on 1 threads' }, 1, wrong), null)
    assert.equal(wrong.length, 1)
    assert.match(wrong[0], /^avx2, .*tiled on 1 threads$/)
    await assert.rejects(measureOne({ ...answers, plan: 'train lanes' }), /expected a choice of forms/)
    await assert.rejects(measureOne({ ...answers, predict: 'lanes=x' }), /expected times/)
    await assert.rejects(measureOne({ ...answers, predict: 'lanes=1' }), /rows is chosen, but was not measured/)
  })

  it('summarizes ratios by kernel set and call, worst first', () => {
    const times = Array.from({ length: 20 }, (_, i) => ({ lanes: i === 19 ? 2 : 1, tiled: 1 }))
    const measured = times.map(
      (one): Measured => ({
        set: 'avx2',
        shape,
        choices: [choiceOf('predict', 'lanes', one)],
        choosing: 1,
        cost: 1,
        barriers: 1,
      }),
    )
    const expected = { set: 'avx2', call: 'predict', count: 20, median: 1, p90: 1, p95: 1, max: 2, within: 0.95 }
    assert.deepEqual(summarize(measured), [expected])
    assert.deepEqual(
      worst(measured, 5).map(({ choice }) => choice.ratio),
      [2],
    )
    assert.ok(CALLS.includes('predict'))
  })

  it('finds neighbours whose times jump, in both directions', () => {
    const ns = [
      [1, 1.4],
      [1.6, 0.9],
    ]
    const cells = ns.flatMap((row, i) =>
      row.map((value, j): Cell => ({ backend: 'typescript', width: [4, 6][i], batch: [1, 8][j], ns: value })),
    )
    assert.deepEqual(
      findJumps(cells).map(({ from, to, ratio }) => [from.ns, to.ns, ratio > JUMP]),
      [
        [1, 1.6, true],
        [1.4, 0.9, false],
        [1.6, 0.9, false],
      ],
    )
  })

  it('draws a heat map for each backend', () => {
    const out = join(folder(), 'widths')
    const { status, stdout, stderr } = bench('forms/widths', '--quick', '--backends', 'typescript', '--out', out)
    assert.equal(status, 0, stderr)
    assert.match(stdout, /Quick run/)
    for (const file of ['typescript.svg', 'typescript.png', 'widths.json']) assert.ok(existsSync(join(out, file)), file)
    assert.match(readFileSync(join(out, 'typescript.svg'), 'utf8'), /nanoseconds for each sample and weight/)
  })

  for (const [name, options, message] of [
    ['forms/forms', ['--shapes', '0'], /from 1 to 100000/],
    ['forms/forms', ['--threads', '3'], /from 1 to 2/],
    ['forms/forms', ['--shape', '3'], /Did you mean --shapes\?/],
    ['forms/widths', ['--backends', 'cuda'], /Unknown path 'cuda'/],
    ['forms/widths', ['--rounds', '0'], /from 1 to 10000/],
  ] as const) {
    it(`${name} refuses ${options.join(' ')} in one line`, () => {
      const { status, stdout, stderr } = bench(name, '--quick', ...options)
      assert.deepEqual([status, stdout], [2, ''])
      assert.match(stderr, message)
      assert.match(stderr, /^error: .*\n$/)
    })
  }
})
