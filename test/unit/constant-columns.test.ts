/** Columns that are constant up to rounding: scikit-learn's rule for the standard scaler, a relative one for the others. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { minMaxScaler, robustScaler, type ScalerMaker, standardScaler } from 'lockstep-nn/data'
import { rowTests } from '../support/rows.js'

const makers: Record<string, ScalerMaker> = { standardScaler, minMaxScaler, robustScaler }
const CENTER = { constantColumns: 'center' } as const

/** `a` plus n units in its last place. */
function moved(a: number, steps: number): number {
  const bits = new BigInt64Array(Float64Array.of(a).buffer)
  bits[0] += BigInt(steps)
  return new Float64Array(bits.buffer)[0]
}

const columnOf = (values: readonly number[]) => values.map((value) => [value])

describe('a column that is constant up to rounding', () => {
  const row = rowTests()
  for (const [name, maker] of Object.entries(makers)) {
    row('has scale 1', name, () => {
      // scikit-learn 1.9.1 gives scale_ 1 for this column in all three scalers.
      const x = columnOf([0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2])
      const scaler = maker.fit(x, CENTER)
      assert.deepEqual(scaler.scale, [1])
      assert.ok(Math.abs(scaler.transform([[0.301]])[0]) < 0.0011)
    })

    row('is an error like a constant one unless it is centered', name, () => {
      const x = columnOf([0.3, 0.1 + 0.2])
      const message =
        'RangeError: Expected values that differ for column 0 of x but received 0.3 in every row, but for rounding. ' +
        "Leave the column out, or pass constantColumns: 'center'."
      assert.throws(
        () => maker.fit(x),
        (error) => String(error) === message,
      )
    })

    row('is found whatever its size, and a column that differs by more is not', name, () => {
      const size = fc.double({ min: 1e-140, max: 1e140, noNaN: true }).chain((a) => fc.constantFrom(a, -a))
      const noise = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 40 })
      fc.assert(
        fc.property(size, noise, (a, steps) => {
          // Two units in the last place are at most 2 epsilon |a|: below 4 epsilon |mean|, and below 10 epsilon |a|.
          const near = maker.fit(columnOf(steps.map((step) => moved(a, step))), CENTER)
          assert.deepEqual(near.scale, [1])
          const far = maker.fit(columnOf(steps.map((_, i) => (i % 2 === 0 ? a : a * (1 + 1e-12)))), CENTER)
          assert.ok(far.scale[0] < Math.abs(a) * 1e-11 && far.scale[0] > 0)
        }),
      )
    })
  }

  it("is found by scikit-learn's bound in the standard scaler", () => {
    // scale_ of StandardScaler of scikit-learn 1.9.1 for n values a and a + step alternately. Values so close to rounding errors are
    // compared to 1 %: scikit-learn corrects the variance for the rounding of the mean.
    const cases = [
      [1e6, 9.6e-10, 10, 1],
      [1e6, 5e-9, 10, 2.5029294192790985e-9],
      [1, 2 ** -52, 8, 1],
      [1, 2 ** -50, 4, 1],
      [1, 2 ** -49, 3, 8.373826446313467e-16],
      [1e-3, 2 ** -60, 5, 1],
      [1.7e9, 2 ** -22, 16, 1],
      [1.7e9, 2 ** -15, 100, 1],
    ] as const
    for (const [a, step, n, scale] of cases) {
      const x = Array.from({ length: n }, (_, i) => [a + (i % 2) * step])
      const [found] = standardScaler.fit(x, CENTER).scale
      assert.ok(Math.abs(found - scale) <= (scale === 1 ? 0 : 0.01 * scale), `${a}, ${step}, ${n}: ${found}`)
    }
  })

  it('is not one whose values are near to 0', () => {
    for (const maker of Object.values(makers)) {
      const scaler = maker.fit(columnOf([0, 1e-20, 0, 1e-20, 0, 1e-20]))
      assert.ok(scaler.scale[0] > 0 && scaler.scale[0] <= 1e-20)
    }
  })
})
