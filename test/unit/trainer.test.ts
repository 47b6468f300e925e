/** The steps of a training, on every backend. */
import assert from 'node:assert/strict'
import { DivergenceError, Network, Trainer } from 'lockstep-nn'
import { shuffleOrder } from '#lib/kernels/random.js'
import { sameBits } from '../support/bits.js'
import { INPUTS, newTrainer, OUTPUTS, targetsOf, task } from '../support/learning.js'
import { implementations } from '../support/paths.js'
import { activationNames, numericLossesFor, optimizerNames } from '../support/tables.js'

/** Rows of a flat array. */
const rowsOf = (values: Float64Array, columns: number, from: number, to: number): Float64Array =>
  values.slice(from * columns, to * columns)

for (const backend of implementations) {
  describe(`a training on ${backend}`, () => {
    const { x, y } = task(11)

    it('reports the loss before each step, as evaluate gives it', () => {
      const trainer = newTrainer({ backend })
      const losses = Array.from({ length: 5 }, () => {
        const { loss } = trainer.evaluate(x, y)
        trainer.fitSync(x, y, { batchSize: 11, shuffle: false })
        return loss
      })
      const history = newTrainer({ backend }).fitSync(x, y, { epochs: 5, batchSize: 11, shuffle: false })
      sameBits(history.loss, Float64Array.from(losses), 'history.loss')
      assert.equal(history.epochs, 5)
      assert.equal(history.backend, backend)
    })

    it('averages the loss over the samples of all batches', () => {
      const trainer = newTrainer({ backend })
      let sum = 0
      for (const [from, to] of [
        [0, 4],
        [4, 8],
        [8, 11],
      ]) {
        const [batchX, batchY] = [rowsOf(x, INPUTS, from, to), rowsOf(y, OUTPUTS, from, to)]
        sum += trainer.evaluate(batchX, batchY).loss * (to - from)
        trainer.fitSync(batchX, batchY, { shuffle: false })
      }
      const other = newTrainer({ backend })
      const { loss } = other.fitSync(x, y, { batchSize: 4, shuffle: false })
      assert.ok(Math.abs(loss[0] - sum / 11) < 1e-12)
      sameBits(other.network.parameters, trainer.network.parameters, 'parameters')
    })

    it('averages a smaller last batch over its own samples', () => {
      const [whole, parts] = [newTrainer({ backend }), newTrainer({ backend })]
      whole.fitSync(x, y, { batchSize: 8, shuffle: false })
      parts.fitSync(rowsOf(x, INPUTS, 0, 8), rowsOf(y, OUTPUTS, 0, 8), { batchSize: 8, shuffle: false })
      parts.fitSync(rowsOf(x, INPUTS, 8, 11), rowsOf(y, OUTPUTS, 8, 11), { batchSize: 3, shuffle: false })
      sameBits(whole.network.parameters, parts.network.parameters, 'parameters')
    })

    it('visits samples in the order of the seed and the epoch', () => {
      const seed = 5 * 2 ** 32 + 9
      const [shuffled, byHand] = [newTrainer({ backend }), newTrainer({ backend })]
      shuffled.fitSync(x, y, { epochs: 3, batchSize: 1, seed })
      const order = new Int32Array(11)
      for (let epoch = 0; epoch < 3; epoch++) {
        shuffleOrder(order, 11, 9, 5, epoch)
        for (const row of order) byHand.fitSync(rowsOf(x, INPUTS, row, row + 1), rowsOf(y, OUTPUTS, row, row + 1))
      }
      sameBits(shuffled.network.parameters, byHand.network.parameters, 'parameters')
    })

    it('without options is one shuffled epoch in batches of 32 with the seed 0', () => {
      const many = task(70)
      const [plain, spelled] = [newTrainer({ backend }), newTrainer({ backend })]
      plain.fitSync(many.x, many.y)
      spelled.fitSync(many.x, many.y, { epochs: 1, batchSize: 32, shuffle: true, seed: 0 })
      sameBits(plain.network.parameters, spelled.network.parameters, 'parameters')
      const unshuffled = newTrainer({ backend })
      unshuffled.fitSync(many.x, many.y, { shuffle: false })
      assert.notEqual(unshuffled.network.digest(), plain.network.digest())
    })

    it('resets the optimizer, and continues from the parameters', () => {
      const once = newTrainer({ backend, optimizer: 'adam' })
      once.fitSync(x, y, { epochs: 3 })
      const second = new Trainer(once.network, { loss: 'meanSquaredError', optimizer: 'adam', backend })
      const copy = Network.fromJSON(once.network.toJSON())
      second.fitSync(x, y, { epochs: 2 })
      const third = new Trainer(copy, { loss: 'meanSquaredError', optimizer: 'adam', backend })
      third.fitSync(x, y, { epochs: 2 })
      sameBits(second.optimizerState, third.optimizerState, 'optimizerState')
      sameBits(second.network.parameters, third.network.parameters, 'parameters')
    })

    it('keeps the parameters from before the epoch that diverged', () => {
      const grow = { optimizer: { name: 'sgd', learningRate: 1e3 }, backend, hidden: [] } as const
      const trainer = newTrainer(grow)
      let error: unknown
      try {
        trainer.fitSync(x, y, { epochs: 10_000, shuffle: false })
      } catch (thrown) {
        error = thrown
      }
      assert.ok(error instanceof DivergenceError)
      assert.equal(error.name, 'DivergenceError')
      assert.ok(error.epoch > 10 && error.loss.length === error.epoch)
      assert.ok(error.loss.every(Number.isFinite))
      const until = newTrainer(grow)
      const { loss } = until.fitSync(x, y, { epochs: error.epoch, shuffle: false })
      sameBits(trainer.network.parameters, until.network.parameters, 'parameters')
      sameBits(error.loss, loss, 'loss')
      const message =
        `Training diverged in epoch ${error.epoch}: the loss was Infinity. The parameters and the optimizer's state from ` +
        'before that epoch are kept. Try a learningRate below 1000, or samples and targets scaled to about 1.'
      assert.equal(error.message, message)
      assert.throws(() => until.fitSync(x, y, { shuffle: false, epochs: 1 }), { name: 'DivergenceError', epoch: 0 })
      sameBits(until.network.parameters, trainer.network.parameters, 'parameters after another try')
    })

    it('names the parameter that is not finite where the loss was still finite', () => {
      const network = new Network({ inputs: 1, layers: [{ units: 1 }], parameters: Float64Array.of(1, 0) })
      const trainer = new Trainer(network, {
        loss: 'halfSquaredError',
        optimizer: { name: 'sgd', learningRate: 1e300 },
        backend,
      })
      const message =
        'Training diverged in epoch 0: a value of the weights of layer 0 is not finite. The parameters and the ' +
        "optimizer's state from before that epoch are kept. Try a learningRate below 1e+300, or samples and targets " +
        'scaled to about 1.'
      const expected = { name: 'DivergenceError', message, epoch: 0, loss: new Float64Array(0) }
      assert.throws(() => trainer.fitSync([[1e10]], [[0]]), expected)
      sameBits(network.parameters, Float64Array.of(1, 0), 'parameters')
    })

    for (const name of optimizerNames) {
      it(`reduces every loss with ${name}`, () => {
        const { x: manyX, y: manyY } = task(40)
        for (const last of activationNames) {
          for (const loss of numericLossesFor(last)) {
            const y = targetsOf(loss, manyY)
            const trainer = newTrainer({ backend, last, loss, optimizer: { name, learningRate: 0.02 } })
            const before = trainer.evaluate(manyX, y).loss
            trainer.fitSync(manyX, y, { epochs: 30, batchSize: 8 })
            assert.ok(trainer.evaluate(manyX, y).loss < before, `${loss} after ${last}`)
          }
        }
      })
    }
  })
}
