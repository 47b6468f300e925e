/** Columns of drawn tables, with missing and odd values: finite inputs, the same after saving and loading. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Model } from 'lockstep-nn/data'
import { sameBits } from '../support/bits.js'
import { quickModel } from '../support/columns.js'
import { drawCount, leastCount } from '../support/drawn.js'

const missing = fc.constantFrom(null, undefined, Number.NaN, '')
const number = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e9, max: 1e9, noNaN: true }) },
  fc.constantFrom(0, -0, 1, 5e-324, -1e150, 1e150),
)
const word = fc.oneof(fc.constantFrom('a', 'b', 'c', 'ä', '__proto__', 'toString'), fc.string({ maxLength: 3 }))
const time = fc.integer({ min: -8.64e15, max: 8.64e15 })
const date = fc.oneof(
  time.map((ms) => new Date(ms)),
  fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms).toISOString()),
  fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms).toISOString().slice(0, 10)),
)
const KINDS: Record<string, fc.Arbitrary<unknown>> = {
  number,
  integer: fc.integer({ min: -3, max: 3 }),
  boolean: fc.boolean(),
  date,
  word,
  mixed: fc.oneof(word, fc.boolean(), fc.integer({ min: 0, max: 3 })),
}

/** A column: its kind, the values trained on, and others for prediction. */
const column = fc
  .tuple(fc.constantFrom(...Object.keys(KINDS)), fc.boolean(), fc.boolean())
  .chain(([kind, gapsBefore, gapsAfter]) => {
    const values = (gaps: boolean, count: number) =>
      fc.array(gaps ? fc.oneof({ weight: 3, arbitrary: KINDS[kind] }, missing) : KINDS[kind], {
        minLength: count,
        maxLength: count,
      })
    return fc.record({ kind: fc.constant(kind), before: values(gapsBefore, 24), after: values(gapsAfter, 6) })
  })

/** The options that hold for a kind, or none. */
const OPTIONS: Record<string, readonly (object | undefined)[]> = {
  number: [
    undefined,
    { scaler: 'quantileScaler', missing: 'mean' },
    { indicator: true, scaler: { name: 'robustScaler', clip: 'smooth', quantiles: [0.1, 0.9] } },
  ],
  integer: [undefined, 'category' as never, { scaler: 'minMaxScaler', missing: 7 }],
  boolean: [undefined, { indicator: true }],
  date: [undefined, { parts: ['hour', 'days', 'month'] }],
  word: [undefined, { minimumCount: 2 }, { maxOneHot: 2 }, { unknown: 'zeros', missing: 'other' }],
  mixed: [undefined, { type: 'category', maxCategories: 2 }],
}

describe('columns of drawn tables', () => {
  it('give finite inputs for missing and unseen values, the same after saving and loading', async () => {
    const used: Record<string, number> = {}
    await fc.assert(
      fc.asyncProperty(fc.array(column, { minLength: 1, maxLength: 4 }), fc.nat(), async (columns, k) => {
        const rows = (part: 'before' | 'after', count: number) =>
          Array.from({ length: count }, (_, i) => ({
            sure: i,
            ...Object.fromEntries(columns.map((one, j) => [`c${j}`, one[part][i]])),
          }))
        const records = rows('before', 24).map((record, i) => ({ ...record, y: i % 2 }))
        const options = Object.fromEntries(
          columns.map(({ kind }, j) => [`c${j}`, OPTIONS[kind][k % OPTIONS[kind].length]]),
        )
        let model: Model
        try {
          model = await quickModel(records, { options })
        } catch (error) {
          // Columns that options name and that are constant, empty or too large are refused.
          assert.match(String(error), /^(Type|Range)Error: Expected /)
          return
        }
        for (const { type } of model.columns) used[type] = (used[type] ?? 0) + 1
        const loaded = Model.fromJSON(JSON.stringify(model))
        assert.deepEqual(loaded.report, model.report)
        assert.equal(loaded.digest(), model.digest())
        assert.equal(JSON.stringify(loaded), JSON.stringify(model))
        for (const some of [rows('before', 24), rows('after', 6)]) {
          let x: Float64Array
          try {
            x = model.transform(some)
          } catch (error) {
            // A value of a kind that the column did not have.
            assert.match(String(error), /^(Type|Range)Error: Expected .* for column "c\d" of records\[\d+\]/)
            assert.throws(() => loaded.transform(some), { message: (error as Error).message })
            continue
          }
          assert.ok(x.every(Number.isFinite))
          sameBits(loaded.transform(some), x, 'inputs after loading')
          // One by one as together, whatever the blocks are.
          sameBits(Float64Array.from(some.flatMap((record) => [...model.transform([record])])), x, 'one by one')
        }
      }),
      { numRuns: drawCount(400) },
    )
    for (const type of ['number', 'boolean', 'date', 'category']) {
      assert.ok((used[type] ?? 0) > leastCount(60), `${type}: ${used[type]}`)
    }
  })
})
