/** `trainer.step` of an ensemble, before and after fits that begin with epoch 0 again. */
import assert from 'node:assert/strict'
import { Ensemble, Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { INPUTS, OUTPUTS, task } from '../support/learning.js'
import { paths } from '../support/paths.js'
import { rowTests } from '../support/rows.js'

const { x, y } = task(11)

function trainerOn(backend: string): Trainer<Ensemble> {
  const layers = [{ units: 4, activation: 'tanh' }, { units: OUTPUTS }] as const
  const ensemble = new Ensemble({ inputs: INPUTS, layers, seeds: [1, 2, 3] })
  return new Trainer(ensemble, { loss: 'meanSquaredError', optimizer: 'adam', backend })
}

describe('a step of an ensemble', () => {
  const row = rowTests()
  for (const backend of paths) {
    row('has the bits of an epoch of one batch, also after a fit that begins with epoch 0 again', backend, () => {
      const [stepped, fitted] = [trainerOn(backend), trainerOn(backend)]
      const step = () => {
        const { members } = fitted.partialFitSync(x, y, { batchSize: 11, shuffle: false })
        sameBits(
          stepped.step(x, y),
          Float64Array.from(members, ({ loss }) => loss[0]),
          'losses',
        )
        sameBits(stepped.network.parameters, fitted.network.parameters, 'parameters')
        sameBits(stepped.optimizerState, fitted.optimizerState, 'state')
      }
      for (let i = 0; i < 3; i++) step()
      for (const trainer of [stepped, fitted]) trainer.fitSync(x, y, { epochs: 1, batchSize: 4 })
      assert.equal(stepped.epoch, 1)
      for (let i = 0; i < 4; i++) step()
    })
  }
})
