/** Targets that are converted before the kernels: classes, and smoothed labels. */
import assert from 'node:assert/strict'
import { type LayerOption, type LossOption, Network, type Rows, Trainer } from 'lockstep-nn'
import { sameBits, sameNumber } from '../support/bits.js'
import { implementations } from '../support/paths.js'

const ROWS = 23
const CLASSES = 3
const x = new Float64Array(ROWS * 2).map((_, i) => ((5 * i) % 13) / 6 - 1)
const classes = new Float64Array(ROWS).map((_, i) => (7 * i) % CLASSES)
const oneHot = new Float64Array(ROWS * CLASSES)
for (const [row, index] of classes.entries()) oneHot[row * CLASSES + index] = 1

/** The results of a training with a loss, by every method. */
async function results(loss: LossOption, last: LayerOption, y: Rows, backend: string): Promise<Float64Array[]> {
  const make = () => {
    const layers: LayerOption[] = [{ units: 4, activation: 'tanh' }, last]
    const network = new Network({ inputs: 2, layers, seed: 2 })
    return new Trainer(network, { loss, optimizer: { name: 'sgd', learningRate: 0.5 }, backend })
  }
  const [one, other] = [make(), make()]
  const options = { epochs: 5, batchSize: 4 }
  const before = one.evaluate(x, y).loss
  const history = one.fitSync(x, y, options)
  await other.fit(x, y, options)
  sameBits(other.network.parameters, one.network.parameters, 'fit and fitSync')
  return [Float64Array.of(before), history.loss, one.network.parameters]
}

async function same(first: Parameters<typeof results>, second: Parameters<typeof results>): Promise<void> {
  const [expected, actual] = [await results(...first), await results(...second)]
  for (const [i, values] of actual.entries()) sameBits(values, expected[i], `${first[3]}, result ${i}`)
}

const softmax: LayerOption = { units: CLASSES, activation: 'softmax' }

for (const backend of implementations) {
  describe(`targets on ${backend}`, () => {
    it('as classes are those with a 1 in the column of the class', async () => {
      const asRows = Array.from(classes, (index) => [index])
      for (const y of [classes, asRows]) {
        await same(
          ['categoricalCrossentropy', softmax, oneHot, backend],
          ['sparseCategoricalCrossentropy', softmax, y, backend],
        )
      }
    })

    it('that are smoothed are those with a part of each spread over all classes', async () => {
      const smooth = oneHot.map((y) => y * (1 - 0.25) + 0.25 / CLASSES)
      const expected = ['categoricalCrossentropy', softmax, smooth, backend] as const
      const labelSmoothing = 0.25
      const given = [oneHot.slice(), classes.slice()]
      await same([...expected], [{ name: 'categoricalCrossentropy', labelSmoothing }, softmax, given[0], backend])
      await same([...expected], [{ name: 'sparseCategoricalCrossentropy', labelSmoothing }, softmax, given[1], backend])
      sameBits(given[0], oneHot, "the caller's targets")
      sameBits(given[1], classes, "the caller's classes")
    })

    it('of an event move towards a half', async () => {
      const sigmoid: LayerOption = { units: 1, activation: 'sigmoid' }
      const y = classes.map((index) => (index === 0 ? 1 : 0))
      const smooth = y.map((value) => value * (1 - 0.5) + 0.25)
      const before = y.slice()
      await same(
        ['binaryCrossentropy', sigmoid, smooth, backend],
        [{ name: 'binaryCrossentropy', labelSmoothing: 0.5 }, sigmoid, y, backend],
      )
      sameBits(y, before, "the caller's targets")
    })

    it("differ by huber's delta", () => {
      const network = new Network({ inputs: 1, layers: [{ units: 1 }], parameters: Float64Array.of(1, 0) })
      const lossOf = (loss: LossOption): number =>
        new Trainer(network, { loss, optimizer: 'sgd', backend }).evaluate([[3], [0.5]], [[1], [0]]).loss
      sameNumber(lossOf('huber'), (1.5 + 0.125) / 2, 'delta of 1')
      sameNumber(lossOf({ name: 'huber', delta: 0.25 }), (0.46875 + 0.09375) / 2, 'delta of 0.25')
      assert.equal(lossOf({ name: 'huber', delta: 4 }), lossOf('halfSquaredError'))
    })
  })
}
