/** Scalers: their statistics, inverses and saved forms. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  minMaxScaler,
  robustScaler,
  type SavedScaler,
  Scaler,
  type ScalerMaker,
  standardScaler,
} from 'lockstep-nn/data'
import { sameBits } from '../support/bits.js'
import { rowTests } from '../support/rows.js'

const makers: Record<string, ScalerMaker> = { standardScaler, minMaxScaler, robustScaler }
const X = [
  [1, 100],
  [2, 300],
  [3, 200],
  [6, 900],
]

const column = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 })

const PINNED = [
  [70.21428571428572, 71.49999999999996, 72.78571428571429, 41.51696235594923, 41.539076758627935, 41.29516698509077],
  [0, 0.42857142857142855, 0.8571428571428571, 141.42857142857142, 141.42857142857144, 141.42857142857142],
  [71.35714285714286, 71.78571428571428, 72.21428571428572, 71.75, 71.39285714285714, 71.39285714285714],
]

describe('scalers', () => {
  const row = rowTests()
  it('standardize: mean 0 and standard deviation 1, as scikit-learn does', () => {
    const scaler = standardScaler.fit(X)
    assert.deepEqual(scaler.center, [3, 375])
    assert.deepEqual(scaler.scale, [Math.sqrt(14 / 4), Math.sqrt(387_500 / 4)])
    assert.equal(scaler.range, null)
    sameBits(scaler.transform([[3, 375]]), Float64Array.of(0, 0), 'the means')
  })

  it('map the smallest and largest values to 0 and 1, or to the ends of the range', () => {
    const z = [0, 0, 0.2, 0.25, 0.4, 0.125, 1, 1]
    sameBits(minMaxScaler.fit(X).transform(X), Float64Array.from(z), 'from 0 to 1')
    const scaler = minMaxScaler.fit(X, { range: [-1, 3] })
    sameBits(
      scaler.transform(X),
      Float64Array.from(z, (one) => one * 4 - 1),
      'from -1 to 3',
    )
  })

  it('map the median to 0 in units of the distance of quartiles', () => {
    const scaler = robustScaler.fit(X)
    assert.deepEqual(
      [scaler.center, scaler.scale],
      [
        [2.5, 250],
        [3.75 - 1.75, 450 - 175],
      ],
    )
    const wider = robustScaler.fit(X, { quantiles: [0, 1] })
    assert.deepEqual(wider.scale, [5, 800])
  })

  it('do not change their arguments, and take Float64Arrays as well', () => {
    const flat = Float64Array.from(X.flat())
    const before = flat.slice()
    for (const [name, maker] of Object.entries(makers)) {
      const scaler = maker.fit(flat, { columns: 2 })
      sameBits(scaler.transform(flat), maker.fit(X).transform(X), name)
      scaler.inverse(flat)
      sameBits(flat, before, name)
    }
  })

  for (const [name, maker] of Object.entries(makers)) {
    row('can be undone within rounding', name, () => {
      fc.assert(
        fc.property(column, column, (a, b) => {
          const rows = a.slice(0, b.length).map((value, i) => [value, b[i]])
          const scaler = maker.fit(rows, { constantColumns: 'center' })
          const back = scaler.inverse(scaler.transform(rows))
          for (const [i, value] of rows.flat().entries()) {
            const size = Math.max(Math.abs(value), Math.abs(scaler.center[i % 2]))
            // Four roundings, and the error of a division by the scale below the normal numbers.
            const bound = 4 * Number.EPSILON * size + (1 + scaler.scale[i % 2]) * 2 ** -1073
            assert.ok(Math.abs(back[i] - value) <= bound, `${back[i]} for ${value}`)
          }
        }),
      )
    })

    row('are restored from JSON', name, () => {
      fc.assert(
        fc.property(column, (values) => {
          const scaler = maker.fit(
            values.map((value) => [value]),
            { constantColumns: 'center' },
          )
          const saved = JSON.parse(JSON.stringify(scaler)) as SavedScaler
          const read = maker.fromJSON(saved)
          assert.deepEqual(read, scaler)
          assert.deepEqual(Scaler.fromJSON(saved), scaler)
          const x = Float64Array.from(values)
          sameBits(read.transform(x), scaler.transform(x), 'transform')
        }),
      )
    })

    row('move a constant column to the middle where options ask for it', name, () => {
      const scaler = maker.fit([[0.1], [0.1], [0.1]], { constantColumns: 'center' })
      sameBits(scaler.transform([[0.1]]), Float64Array.of(0), 'constant')
      assert.deepEqual([scaler.center, scaler.scale], [[0.1], [1]])
    })
  }

  it('give the same bits everywhere', () => {
    const x = Float64Array.from({ length: 300 }, (_, i) => ((i * 7919) % 1000) / 7)
    const digits = Object.values(makers).map((maker) => {
      const { center, scale } = maker.fit(x, { columns: 3 })
      return [...center, ...scale]
    })
    assert.deepEqual(digits, PINNED)
  })
})
