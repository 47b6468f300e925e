/** Smooth clipping and the fallback of `robustScaler`, and `quantileScaler`. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { quantileScaler, robustScaler, type SavedScaler, Scaler } from 'lockstep-nn/data'
import { normalProbability, normalQuantile } from '#lib/data/encoding/normal.js'
import { sameBits } from '../support/bits.js'
import { drawCount } from '../support/drawn.js'
import { type Refusal, refusals } from '../support/refusals.js'

const columnOf = (values: readonly number[]) => values.map((value) => [value])
const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 60 })
const near = (a: number, b: number, bound: number) => assert.ok(Math.abs(a - b) <= bound, `${a} for ${b}`)

describe('robustScaler', () => {
  it('uses the quartiles of the values other than the median where its own are equal', () => {
    const scaler = robustScaler.fit(columnOf([...new Array<number>(14).fill(0), 4, 6, 10, 1000]))
    // Of 4, 6, 10 and 1000: 5.5 and 257.5.
    assert.deepEqual([scaler.center, scaler.scale], [[0], [252]])
    // Quartiles so close to each other that the ends would overflow.
    assert.deepEqual(robustScaler.fit(columnOf([0, 0, 1e-300, 2e-300, 1e100])).scale, [2.5e99])
  })

  it('uses half the range where these are equal too, as RealMLP does', () => {
    const scaler = robustScaler.fit(columnOf([1, 1, 1, 1, 9]))
    assert.deepEqual([scaler.center, scaler.scale], [[1], [4]])
    assert.deepEqual(robustScaler.fit(columnOf([...new Array<number>(9).fill(0), 5, 5])).scale, [2.5])
    assert.throws(() => robustScaler.fit(columnOf([1, 1, 1])), RangeError)
  })

  it('clips smoothly where clip says so: z / sqrt(1 + (z / 3)²)', () => {
    const x = columnOf([-1000, -3, -1, 0, 1, 3, 1000])
    const plain = robustScaler.fit(x).transform(x)
    const scaler = robustScaler.fit(x, { clip: 'smooth' })
    const clipped = scaler.transform(x)
    for (const [i, z] of plain.entries()) assert.equal(clipped[i], z / Math.sqrt(1 + (z / 3) * (z / 3)))
    assert.deepEqual([scaler.clip, robustScaler.fit(x).clip], ['smooth', null])
    sameBits(scaler.transform(columnOf([1e308, -1e308])), Float64Array.of(3, -3), 'far values')
    sameBits(scaler.transform([[Number.MAX_VALUE]]), Float64Array.of(3), 'the largest value')
  })

  it('can be undone between -3 and 3', () => {
    fc.assert(
      fc.property(values, (x) => {
        const scaler = robustScaler.fit(columnOf(x), { clip: 'smooth', constantColumns: 'center' })
        const z = scaler.transform(columnOf(x))
        const inside = x.filter((_, i) => Math.abs(z[i]) < 2.5)
        const back = inside.length === 0 ? [] : scaler.inverse(scaler.transform(columnOf(inside)))
        for (const [i, value] of inside.entries()) near(back[i], value, 1e-12 * (Math.abs(value) + scaler.scale[0]))
      }),
      { numRuns: drawCount(300) },
    )
  })
})

describe('quantileScaler', () => {
  it('maps the quantiles to those of the normal distribution, and values between them linearly', () => {
    const scaler = quantileScaler.fit(columnOf([10, 0, 30, 20]))
    const normal = (p: number) => normalQuantile(p)
    // Places 0 … 3 of 4: (place + 1/2) / 4.
    const expected = [0.125, 0.375, 0.5, 0.625, 0.875, 0.125, 0.875].map(normal)
    sameBits(scaler.transform(columnOf([0, 10, 15, 20, 30, -99, 99])), Float64Array.from(expected), 'scores')
    assert.deepEqual(
      scaler.quantiles?.map((one) => one.length),
      [4],
    )
  })

  it('maps equal values to the middle of their places', () => {
    const scaler = quantileScaler.fit(columnOf([0, 5, 5, 5, 9]))
    sameBits(scaler.transform([[5]]), Float64Array.of(0), 'the middle of places 1, 2 and 3 of 0 … 4')
  })

  it('has as many quantiles as options say, at most one for each row', () => {
    const x = columnOf(Array.from({ length: 2000 }, (_, i) => i * i))
    const count = (options?: object) => quantileScaler.fit(x, options).quantiles?.[0].length
    assert.deepEqual([count(), count({ quantiles: 10 }), count({ quantiles: 5000 })], [1000, 10, 2000])
  })

  it('keeps the order of values, gives about mean 0 and deviation 1, and can be undone', () => {
    fc.assert(
      fc.property(values, (x) => {
        const scaler = quantileScaler.fit(columnOf(x), { constantColumns: 'center' })
        const sorted = [...x].sort((a, b) => a - b)
        const z = scaler.transform(columnOf(sorted))
        for (let i = 1; i < z.length; i++) assert.ok(z[i] >= z[i - 1])
        assert.ok(z.every(Number.isFinite))
        // Values that differ by less than the rounding of (x - center) / scale count as equal.
        if (new Set(z).size < z.length) return
        const back = scaler.inverse(z)
        const size = Math.abs(sorted[0]) + scaler.scale[0]
        for (const [i, value] of sorted.entries()) near(back[i], value, 1e-9 * size)
        near(z.reduce((sum, one) => sum + one, 0) / z.length, 0, 1e-9)
      }),
      { numRuns: drawCount(300) },
    )
  })

  it('is restored from JSON, with the same bits', () => {
    fc.assert(
      fc.property(values, (x) => {
        for (const scaler of [
          quantileScaler.fit(columnOf(x), { constantColumns: 'center' }),
          robustScaler.fit(columnOf(x), { clip: 'smooth', constantColumns: 'center' }),
        ]) {
          const saved = JSON.parse(JSON.stringify(scaler)) as SavedScaler
          assert.deepEqual(Scaler.fromJSON(saved), scaler)
          sameBits(Scaler.fromJSON(saved).transform(columnOf(x)), scaler.transform(columnOf(x)), 'transform')
        }
      }),
      { numRuns: drawCount(100) },
    )
  })
})

describe('the normal distribution', () => {
  it('has the quantiles of Python 3, statistics.NormalDist, which has the same algorithm', () => {
    for (const [p, z] of [
      [0.000005, -4.417173413469022],
      [0.0005, -3.2905267314918945],
      [0.01, -2.3263478740408408],
      [0.05, -1.6448536269514726],
      [0.075, -1.4395314709384557],
      [0.25, -0.6744897501960817],
      [0.4, -0.2533471031357998],
      [0.5, 0],
      [0.6, 0.2533471031357998],
      [0.95, 1.6448536269514715],
      [0.999, 3.090232306167813],
    ]) {
      near(normalQuantile(p), z, 1e-15 * Math.max(1, Math.abs(z)))
      near(normalProbability(z), p, 1e-15)
    }
  })

  it('has the same bits everywhere', () => {
    const digits = [0.001, 0.05, 0.3, 0.5, 0.9, 0.9995].map(normalQuantile)
    assert.deepEqual(digits, PINNED)
  })
})

const PINNED = [-3.090232306167813, -1.6448536269514726, -0.5244005127080407, 0, 1.2815515655446008, 3.2905267314919255]

const saved = (changes: object) => () =>
  Scaler.fromJSON({ ...quantileScaler.fit(columnOf([0, 1, 4])).toJSON(), ...changes } as never)

const wrong: readonly Refusal[] = [
  [
    'one quantile',
    () => quantileScaler.fit(columnOf([0, 1]), { quantiles: 1 }),
    'RangeError',
    'Expected an integer from 2 to 100000 for quantiles but received 1 of type number.',
  ],
  [
    'two shares as quantiles',
    () => quantileScaler.fit(columnOf([0, 1]), { quantiles: [0.1, 0.9] as never }),
    'TypeError',
    'Expected an integer from 2 to 100000 for quantiles but received an array of length 2.',
  ],
  [
    'a constant column',
    () => quantileScaler.fit(columnOf([2, 2])),
    'RangeError',
    "Expected values that differ for column 0 of x but received the same value, 2, in every row. Leave the column out, or pass constantColumns: 'center'.",
  ],
  [
    'the inverse of what clipping does not give',
    () => robustScaler.fit(columnOf([0, 1, 4]), { clip: 'smooth' }).inverse([[1], [3]]),
    'RangeError',
    'Expected a number between -3 and 3, as smooth clipping gives them, for x[1][0] but received 3 of type number.',
  ],
  [
    'saved quantiles that descend',
    saved({ quantiles: [[0, 0.5, 0.4]] }),
    'RangeError',
    'Expected a number from 0.5 to 1 for quantiles of the saved scaler[0][2] but received 0.4 of type number.',
  ],
  [
    'saved quantiles of too many columns',
    saved({
      quantiles: [
        [0, 1],
        [0, 1],
      ],
    }),
    'RangeError',
    'Expected 1 lists, one for each column, for quantiles of the saved scaler but received 2.',
  ],
  [
    'one saved quantile',
    saved({ quantiles: [[0]] }),
    'RangeError',
    'Expected at least two numbers for quantiles of the saved scaler[0] but received 1.',
  ],
  [
    'quantiles of another scaler',
    saved({ type: 'standardScaler' }),
    'TypeError',
    'Expected nothing for quantiles of the saved scaler but received an array of length 1.',
  ],
  [
    'another clipping',
    saved({ type: 'robustScaler', quantiles: undefined, clip: 'hard' }),
    'RangeError',
    'Expected one of the known words for clip of the saved scaler but received "hard" of type string. Known: smooth.',
  ],
]

refusals('scalers with quantiles and clipping', wrong)
