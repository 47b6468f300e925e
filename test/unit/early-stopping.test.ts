/** Early stopping: when a fit ends, and which parameters it leaves. */
import assert from 'node:assert/strict'
import { sameBits } from '../support/bits.js'
import { newTrainer, task } from '../support/learning.js'

const ROWS = 23
const { x, y } = task(ROWS)

describe('early stopping', () => {
  /** A training whose validation loss gets worse at the end: it learns the opposite of the validation targets. */
  const valid = { x, y: y.map((value) => 1 - value) }
  const fit = { epochs: 60, batchSize: 4, validationData: valid } as const

  it('ends where the validation loss no longer improves, and restores the best parameters', () => {
    const all = newTrainer().fitSync(x, y, fit)
    const series = all.validationLoss!
    for (const [patience, minDelta] of [
      [0, 0],
      [1, 0],
      [3, 0],
      [5, 1e-3],
      [2, 0.5],
    ]) {
      let [best, at, stop] = [Infinity, 0, series.length]
      for (let i = 0; i < series.length; i++) {
        if (series[i] < best - minDelta) [best, at] = [series[i], i]
        else if (i - at >= Math.max(patience, 1)) {
          stop = i + 1
          break
        }
      }
      assert.ok(stop < 60, `${stop}`)
      for (const restoreBest of [false, true]) {
        const trainer = newTrainer()
        const history = trainer.fitSync(x, y, { ...fit, earlyStopping: { patience, minDelta, restoreBest } })
        assert.deepEqual([history.epochs, history.bestEpoch, history.stopped], [stop, at, 'earlyStopping'])
        const by = minDelta === 0 ? '' : ` by more than ${minDelta}`
        assert.equal(
          history.reason,
          `validationLoss has not improved${by} in ${stop - 1 - at} epochs since epoch ${at}`,
        )
        sameBits(history.validationLoss!, series.slice(0, stop), 'validationLoss')
        const until = newTrainer()
        until.fitSync(x, y, { ...fit, validationData: undefined, epochs: restoreBest ? at + 1 : stop })
        sameBits(trainer.network.parameters, until.network.parameters, 'parameters')
      }
    }
  })

  it('gives onEpoch the parameters after the epoch, and restores the best ones only at the end', () => {
    const earlyStopping = { patience: 3, restoreBest: true }
    const trainer = newTrainer()
    const digests: string[] = []
    const onEpoch = () => void digests.push(trainer.network.digest())
    const { epochs, bestEpoch } = trainer.fitSync(x, y, { ...fit, earlyStopping, onEpoch })
    assert.equal(new Set(digests).size, epochs)
    assert.equal(trainer.network.digest(), digests[bestEpoch!])
    assert.notEqual(bestEpoch, epochs - 1)
    const other = newTrainer()
    const stop = () => other.epoch < epochs
    assert.equal(other.fitSync(x, y, { ...fit, earlyStopping, onEpoch: stop }).stopped, 'earlyStopping')
  })

  it('monitors the loss without validation, and metrics upwards', () => {
    const plain = newTrainer().fitSync(x, y, { epochs: 5, earlyStopping: { patience: 5 } })
    assert.deepEqual([plain.epochs, plain.stopped, plain.bestEpoch], [5, 'epochs', 4])
    assert.equal(plain.reason, 'all epochs up to 5 were trained')
    const metrics = ['accuracy', 'meanAbsoluteError'] as const
    for (const [monitor, best] of [
      ['accuracy', Math.max],
      ['validationMeanAbsoluteError', Math.min],
    ] as const) {
      const history = newTrainer({ metrics }).fitSync(x, y, {
        epochs: 30,
        validationData: [x, y],
        earlyStopping: { monitor, patience: 40 },
      })
      const series = monitor === 'accuracy' ? history.metrics.accuracy! : history.validationMetrics.meanAbsoluteError!
      assert.equal(history.bestEpoch, series.indexOf(best(...series)))
    }
  })
})
