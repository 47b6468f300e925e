/** Model files of earlier versions. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Model, type SavedModel } from 'lockstep-nn/data'
import { sameBits } from '../support/bits.js'
import { ROOT } from '../support/child.js'

interface Case {
  readonly records: object[]
  readonly predictions: readonly unknown[]
  readonly inputs: readonly number[]
  readonly model: SavedModel
}

/** Written by the last commit that wrote version 1: models of labels and of a number, with every scaler and encoder. */
const cases: Case[] = JSON.parse(readFileSync(join(ROOT, 'test', 'fixtures', 'models', 'version-1.json'), 'utf8'))

describe('model files of version 1', () => {
  it('are read, and give the same inputs, predictions and digest', () => {
    assert.equal(cases.length, 2)
    for (const { model: saved, records, predictions, inputs } of cases) {
      assert.equal(saved.version, 1)
      const model = Model.fromJSON(JSON.stringify(saved))
      sameBits(model.transform(records), Float64Array.from(inputs), 'inputs')
      assert.deepEqual(model.predict(records), predictions)
      assert.equal(model.digest(), saved.digest)
      assert.equal(model.report, null)
    }
  })

  it('are saved as version 2, with the same digest', () => {
    for (const { model: saved, records, predictions } of cases) {
      const again = Model.fromJSON(saved).toJSON()
      assert.equal(again.version, 2)
      assert.equal(again.digest, saved.digest)
      assert.deepEqual(Model.fromJSON(JSON.stringify(again)).predict(records), predictions)
    }
  })

  it('refuse missing values and unseen categories as before, unless their encoder gives zeros', () => {
    const [{ model: saved, records }] = cases
    const model = Model.fromJSON(saved)
    const predicted = (changes: object) => () => model.predict([{ ...records[0], ...changes }])
    assert.throws(predicted({ height: null }), /^TypeError: Expected a finite number for column "height"/)
    assert.throws(predicted({ legs: 3 }), /^RangeError: Expected a category known from the fit for column "legs"/)
    assert.throws(predicted({ tame: undefined }), /^TypeError: Expected text, a number, or true or false/)
    assert.equal(predicted({ coat: 'shell' })().length, 1)
  })

  it('have no report', () => {
    const edited = { ...cases[0].model, report: null }
    assert.throws(() => Model.fromJSON(edited), /^TypeError: Unknown option "report" in the saved model\./)
  })
})
