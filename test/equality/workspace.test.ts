/** The contents of the workspace and the values around arrays do not matter, and only the arrays are written. */
import fc from 'fast-check'
import type { LayerOption } from 'lockstep-nn'
import { cases } from '../support/arbitraries.js'
import type { Case } from '../support/case.js'
import { drawCount, someOf } from '../support/drawn.js'
import { sameResults } from '../support/guarded.js'
import { jobOf, runGuarded, type Surroundings } from '../support/job.js'
import { paths } from '../support/paths.js'
import { rowTests } from '../support/rows.js'

// Every bit 0, and every bit 1. The guards differ as well: were one read, the results would too.
const ZEROS: Surroundings = { byte: 0x00, guard: 1e300, offset: 0, threads: 1 }
const ONES: Surroundings = { byte: 0xff, guard: -3.5, offset: 1, threads: 3 }
const NANS: Surroundings = { ...ONES, guard: Number.NaN }

function checkEveryPath(drawn: Case, others: readonly Surroundings[]): void {
  const job = jobOf(drawn)
  const expected = runGuarded(job, 'typescript', ZEROS)
  for (const path of paths) {
    for (const surroundings of others) {
      const where = `${path} in ${JSON.stringify(surroundings)}`
      sameResults(runGuarded(job, path, surroundings), expected, where)
    }
  }
}

const layer = (units: number, activation: 'sigmoid' | 'tanh' | 'softmax' | 'relu'): LayerOption => ({
  units,
  activation,
})

function drawn(inputs: number, layers: LayerOption[], rows: number, batchSize: number, given: Partial<Case>): Case {
  return {
    inputs,
    layers,
    rows,
    start: { seed: 5 },
    loss: 'meanSquaredError',
    optimizer: 'adam',
    x: { style: 'sensible', seed: 1, odd: [] },
    y: { style: 'sensible', seed: 2, odd: [] },
    form: 'flat',
    threads: 1,
    fit: { epochs: 3, batchSize, shuffle: true, seed: 7 },
    ...given,
  }
}

const unshuffled = (batchSize: number): Partial<Case> => ({
  fit: { epochs: 3, batchSize, shuffle: false, seed: 0 },
  optimizer: { name: 'sgd', momentum: 0.9, nesterov: true },
})

describe('the workspace', () => {
  const row = rowTests()
  const small = [layer(2, 'sigmoid'), layer(1, 'sigmoid')]
  const stack = [layer(17, 'tanh'), layer(3, 'tanh'), layer(33, 'softmax')]
  const shapes: readonly (readonly [string, Case])[] = [
    ...[1, 2, 3, 4].map(
      (rows) => [`2-2-1 with a batch of ${rows}`, drawn(2, small, rows, rows, unshuffled(rows))] as const,
    ),
    ['2-2-1 with batches of 4 and a smaller one', drawn(2, small, 6, 4, {})],
    ['2-2-1 with more rows than lanes', drawn(2, small, 70, 70, unshuffled(70))],
    // Every count of units and inputs that may remain after whole registers, and batches that fill them in part.
    ...Array.from({ length: 17 }, (_, i) => i + 1).map((width) => {
      const last = layer(width, width === 1 ? 'sigmoid' : 'softmax')
      const loss = width === 1 ? 'binaryCrossentropy' : 'categoricalCrossentropy'
      const batchSize = [1, 2, 3, 5, 9, 19, 41][width % 7]
      const one = drawn(width, [layer(18 - width, 'tanh'), last], 41, batchSize, { loss })
      return [`${width}-${18 - width}-${width}`, one] as const
    }),
    ['1-1', drawn(1, [layer(1, 'tanh')], 1, 1, {})],
    [
      '3-5-2 with softmax',
      drawn(3, [layer(5, 'relu'), layer(2, 'softmax')], 33, 8, { loss: 'categoricalCrossentropy' }),
    ],
    [
      '40-70-70-17-3',
      drawn(
        40,
        [70, 70, 17, 3].map((units) => layer(units, 'tanh')),
        70,
        33,
        {},
      ),
    ],
    // Every kind of layer, with units and rows that fill vectors in part.
    ...[1, 5, 8, 17, 33].flatMap((units) =>
      [1, 3, 9, 70].map(
        (batchSize) =>
          [
            `layers of all types of ${units} units in batches of ${batchSize}`,
            drawn(
              units,
              [
                { type: 'dropout', rate: 0.25 },
                { type: 'layerNormalization', activation: 'tanh' },
                { units: 19 - (units % 16), activation: 'relu' },
                { type: 'batchNormalization' },
                { type: 'dropout', rate: 0.5 },
                layer(2, 'tanh'),
              ],
              71,
              batchSize,
              {},
            ),
          ] as const,
      ),
    ),
    ['7-64 with more rows than a block', drawn(7, [layer(64, 'sigmoid')], 131, 131, unshuffled(131))],
    // Few rows, and rows that leave the last vector of samples half empty.
    ...[1, 2, 3, 5, 9, 67].flatMap((rows) => [
      [`2-131-3 with ${rows} rows`, drawn(2, [layer(131, 'relu'), layer(3, 'sigmoid')], rows, rows, {})] as const,
      [`129-17-3-33 with ${rows} rows`, drawn(129, stack, rows, rows, { loss: 'categoricalCrossentropy' })] as const,
    ]),
  ]
  for (const [title, shape] of someOf(shapes)) {
    row('may hold anything and begin anywhere', title, () => {
      const offsets = [1, 2, 3, 4, 5, 6, 7, 8]
      checkEveryPath(shape, [
        ZEROS,
        ONES,
        ...someOf(offsets).map((offset) => ({ ...NANS, offset, threads: 1 + (offset % 4) })),
      ])
    })
  }

  it('may contain any values in drawn trainings', function () {
    this.timeout(300_000)
    fc.assert(
      fc.property(cases, fc.integer({ min: 0, max: 8 }), (shape, offset) =>
        checkEveryPath(shape, [
          { ...ZEROS, offset },
          { ...ONES, offset },
          { ...NANS, offset, threads: shape.threads },
        ]),
      ),
      { numRuns: drawCount(300) },
    )
  })
})
