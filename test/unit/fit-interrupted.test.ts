/** A fit that was aborted within an epoch, continued with other samples or after a change of the network. */
import assert from 'node:assert/strict'
import { DivergenceError, Network, Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { task } from '../support/learning.js'
import { implementations } from '../support/paths.js'

const { x, y } = task(400)
const FIT = { batchSize: 4, seed: 5, epochs: 1 } as const

/** A trainer whose fit was aborted within its first epoch. */
function interrupted(backend: string): Trainer {
  const network = new Network({ inputs: 3, layers: [{ units: 4, activation: 'tanh' }, { units: 2 }], seed: 1 })
  const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam', backend })
  const controller = new AbortController()
  const onProgress = () => controller.abort()
  const { stopped } = trainer.fitSync(x, y, { ...FIT, signal: controller.signal, onProgress, progressEvery: 0 })
  assert.equal(stopped, 'aborted')
  assert.equal(trainer.epoch, 0)
  return trainer
}

const copyOf = ({ network, optimizerState }: Trainer, backend: string): Trainer => {
  const copy = new Trainer(network.clone(), { loss: 'meanSquaredError', optimizer: 'adam', backend })
  copy.optimizerState = optimizerState
  return copy
}

for (const backend of implementations) {
  describe(`a fit that was aborted within an epoch on ${backend}`, () => {
    it('begins the epoch again for other samples, targets or weights of the same number', () => {
      const others = [
        [x.map((value) => -value), y, FIT],
        [x, y.map((value) => 1 - value), FIT],
        [x, y, { ...FIT, sampleWeight: new Float64Array(400).fill(0.5) }],
      ] as const
      for (const [otherX, otherY, options] of others) {
        const trainer = interrupted(backend)
        const copy = copyOf(trainer, backend)
        const [a, b] = [trainer, copy].map((one) => one.partialFitSync(otherX, otherY, options))
        sameBits(a.loss, b.loss, 'loss')
        sameBits(trainer.network.parameters, copy.network.parameters, 'parameters')
      }
    })

    it('keeps what the caller has written since then, where it diverges', () => {
      const trainer = interrupted(backend)
      trainer.network.parameters.fill(1e200)
      const written = trainer.network.parameters.slice()
      assert.throws(() => trainer.partialFitSync(x, y, FIT), DivergenceError)
      sameBits(trainer.network.parameters, written, 'parameters')
    })
  })
}
