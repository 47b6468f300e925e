/** What functions of the caller may do during a fit. */
import assert from 'node:assert/strict'
import { Network, Trainer } from 'lockstep-nn'

describe('functions of the caller that run between epochs', () => {
  it('may transfer the arrays of a fit', () => {
    const losses = ['native', 'typescript'].flatMap((backend) =>
      [false, true].map((transfers) => {
        const network = new Network({ inputs: 1, layers: [{ units: 1 }], seed: 1 })
        const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd', backend })
        const arrays = [
          Float64Array.of(1, 2),
          Float64Array.of(3, 4),
          Float64Array.of(0, 5),
          Float64Array.of(2),
        ] as const
        const [x, y, sampleWeight, one] = arrays
        const onEpoch = () => {
          if (!transfers) return
          for (const { buffer } of arrays) if (buffer.byteLength > 0) structuredClone(buffer, { transfer: [buffer] })
        }
        const validationData = [one, one] as const
        const history = trainer.fitSync(x, y, { epochs: 3, sampleWeight, validationData, onEpoch })
        return [...history.loss, ...(history.validationLoss ?? [])]
      }),
    )
    for (const one of losses) assert.deepEqual(one, losses[0])
  })
})
