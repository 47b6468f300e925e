/** Columns of drawn tables, with missing and odd values: finite inputs, the same after saving and loading. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Model } from 'lockstep-nn/data'
import { sameBits } from '../support/bits.js'
import { quickModel } from '../support/columns.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { drawnColumn, optionsOf, recordsOf } from '../support/drawn-tables.js'

describe('columns of drawn tables', () => {
  it('give finite inputs for missing and unseen values, the same after saving and loading', async () => {
    const used: Record<string, number> = {}
    await fc.assert(
      fc.asyncProperty(fc.array(drawnColumn, { minLength: 1, maxLength: 4 }), fc.nat(), async (columns, k) => {
        const [before, after] = [recordsOf(columns, 'before'), recordsOf(columns, 'after')]
        const records = before.map((record, i) => ({ ...record, y: i % 2 }))
        const options = optionsOf(columns, k)
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
        for (const some of [before, after]) {
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
