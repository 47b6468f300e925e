/** Columns of words for true and false. */
import assert from 'node:assert/strict'
import { Model } from 'lockstep-nn/data'
import { columnOf, quickModel } from '../support/columns.js'

const words = Array.from({ length: 40 }, (_, i) => ['yes', 'No', null, 'YES'][i % 4])

describe('a column of words for true and false', () => {
  it('has one input, 1 or -1, and takes words of any spelling, true and false in prediction', async () => {
    const { report, encode, model } = await columnOf(words)
    assert.deepEqual([report.type, report.trues, report.missing, report.fill], ['boolean', 20, 10, 0])
    assert.deepEqual(encode('yes', 'no', true, 'F', '1', null), [
      [1, 0],
      [-1, 0],
      [1, 0],
      [-1, 0],
      [1, 0],
      [0, 1],
    ])
    const expected = /Expected true or false for column "x" of the record but received "maybe" of type string/
    assert.throws(() => model.predict({ x: 'maybe', z: 0 }), expected)
    const loaded = Model.fromJSON(JSON.stringify(model))
    assert.deepEqual(loaded.predict({ x: 'no', z: 0 }), model.predict({ x: false, z: 0 }))
  })

  it('is a category where options say so', async () => {
    const type = async (option: object) => (await columnOf(words, option)).report.type
    assert.equal(await type({ type: 'category' }), 'category')
    assert.equal(await type({ minimumCount: 2 }), 'category')
    assert.equal(await type({ missing: 'category' }), 'category')
    assert.equal(
      await type({ missing: 'error', type: 'category' }).catch(({ message }: Error) => message.slice(0, 16)),
      'Expected a value',
    )
    assert.equal(await type({ missing: false }), 'boolean')
  })

  it('keeps its words where it is a target', async () => {
    const records = words.flatMap((word, i) => (word === null ? [] : [{ x: i % 5, y: word }]))
    const model = (await quickModel(records)) as Model
    assert.deepEqual(model.labels, ['No', 'YES', 'yes'])
  })
})
