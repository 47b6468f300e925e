/** Networks of narrow layers end in the bits of the reference, whatever the widths, the rows and the batches are. */
import fc from 'fast-check'
import { drawCount } from '../support/drawn.js'
import { type DenseTraining, dataFor, denseOf, SIMPLE, sameAsReference } from '../support/reference-runs.js'
import { rowTests } from '../support/rows.js'

describe('a network of narrow layers ends in the bits of the reference', function () {
  this.timeout(120_000)
  const row = rowTests()

  it('for drawn widths and batches', () => {
    const width = fc.integer({ min: 1, max: 50 })
    const drawn = fc.record({
      inputs: width,
      units: fc.array(width, { minLength: 1, maxLength: 2 }),
      outputs: fc.integer({ min: 1, max: 11 }),
      batchSize: fc.integer({ min: 1, max: 130 }),
      shuffle: fc.boolean(),
      seed: fc.nat(1e6),
    })
    fc.assert(
      fc.property(drawn, ({ inputs, units, outputs, batchSize, shuffle, seed }) => {
        const layers = [...units.map((count) => denseOf(count)), denseOf(outputs, false)]
        // Two batches, of which the second is smaller.
        const rows = batchSize + Math.ceil(batchSize / 2)
        const training: DenseTraining = { ...SIMPLE, layers, inputs, rows, batchSize, shuffle, seed, epochs: 2 }
        sameAsReference(training, dataFor(training))
      }),
      { numRuns: drawCount(80) },
    )
  })

  const shapes: [name: string, inputs: number, units: number[], rows: number, batchSize: number][] = [
    ['10-46-46-10 in batches of 128', 10, [46, 46, 10], 300, 128],
    ['4-32-16-4 in full batches', 4, [32, 16, 4], 333, 333],
    ['24-8-2 in full batches', 24, [8, 2], 200, 200],
  ]
  for (const [name, inputs, units, rows, batchSize] of shapes) {
    row('of the shapes that are measured', name, () => {
      const layers = units.map((count, l) => denseOf(count, l < units.length - 1))
      const training: DenseTraining = { ...SIMPLE, layers, inputs, rows, batchSize, optimizer: 'adam' }
      sameAsReference(training, dataFor(training))
    })
  }
})
