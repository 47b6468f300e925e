/** `trainer.memoryRequired` of what cannot be trained. */
import assert from 'node:assert/strict'
import { Network, Trainer } from 'lockstep-nn'
import { errorOf } from '../support/error-of.js'
import { implementations } from '../support/paths.js'
import { rowTests } from '../support/rows.js'

describe('memoryRequired', () => {
  const row = rowTests()
  for (const backend of implementations) {
    for (const [name, layers, options] of [
      ['no trainable layer', [{ units: 1, trainable: false }], {}],
      ['batches of one row', [{ type: 'batchNormalization' }, { units: 1 }], { batchSize: 1 }],
    ] as const) {
      row('has the error of fitSync for a network that cannot be trained', `${backend}, ${name}`, async () => {
        const trainer = new Trainer(new Network({ inputs: 1, layers }), {
          loss: 'meanSquaredError',
          optimizer: 'sgd',
          backend,
        })
        const error = await errorOf(() => trainer.fitSync([1, 2, 3], [1, 2, 3], options))
        assert.ok(error instanceof RangeError)
        assert.throws(() => trainer.memoryRequired(3, options), { name: 'RangeError', message: error.message })
      })
    }
  }
})
