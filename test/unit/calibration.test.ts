/** Calibration: margins that hold as often as asked, and temperatures with the least log loss. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { conformalMargin, conformalRows } from '#lib/data/calibration/conformal.js'
import { fitTemperature, logitsOf, withTemperature } from '#lib/data/calibration/temperature.js'
import { log } from '#lib/kernels/math.js'
import { Random } from '#lib/kernels/random.js'
import { drawCount } from '../support/drawn.js'
import { rowTests } from '../support/rows.js'

const close = (actual: number, expected: number, tolerance: number) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${actual}, expected ${expected}`,
  )

const file = new URL('../../../test/fixtures/scikit-learn/temperatures.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly cases: { logits: number[][]; labels: number[]; temperature: number; withoutPrior: number }[]
}

describe('a conformal margin', () => {
  it('is the score of the rank ⌈(n + 1) level⌉', () => {
    const scores = Float64Array.of(3, 1, 4, 1, 5, 9, 2, 6, 8)
    assert.equal(conformalMargin(scores, 0.9), 9)
    assert.equal(conformalMargin(scores, 0.8), 8)
    assert.equal(conformalMargin(scores, 0.81), 9)
    assert.equal(conformalMargin(scores, 0.05), 1)
    assert.equal(conformalMargin(scores, 0.91), Infinity)
    assert.deepEqual(scores, Float64Array.of(3, 1, 4, 1, 5, 9, 2, 6, 8), 'the scores are unchanged')
    assert.equal(conformalMargin(Float64Array.of(-3, -1, -2), 0.5), -2)
  })

  it('takes levels as decimals', () => {
    const scores = Float64Array.from({ length: 99 }, (_, i) => i + 1)
    for (let percent = 1; percent < 100; percent++) assert.equal(conformalMargin(scores, percent / 100), percent)
  })

  it('needs as many rows as conformalRows says', () => {
    assert.deepEqual([0.5, 0.8, 0.9, 0.95, 0.99].map(conformalRows), [1, 4, 9, 19, 99])
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), (thousandths) => {
        const level = thousandths / 1000
        const rows = conformalRows(level)
        assert.ok(conformalMargin(new Float64Array(rows), level) < Infinity)
        assert.ok(rows === 1 || conformalMargin(new Float64Array(rows - 1), level) === Infinity)
      }),
    )
  })

  it('covers new rows as often as asked, on average over calibration sets', () => {
    const random = new Random(1, 2, 3, 4)
    const [sets, rows, fresh] = [drawCount(1600), 39, 50]
    for (const level of [0.5, 0.8, 0.9]) {
      let inside = 0
      // Exponential scores; any distribution has the same coverage.
      const score = () => -log(1 - random.uniform())
      for (let set = 0; set < sets; set++) {
        const margin = conformalMargin(Float64Array.from({ length: rows }, score), level)
        for (let i = 0; i < fresh; i++) if (score() <= margin) inside++
      }
      // Between level and level + 1/40; the tolerance is four standard deviations of the mean.
      const share = inside / (sets * fresh)
      const tolerance = 4 * Math.sqrt((level * (1 - level)) / (sets * 20))
      assert.ok(share > level - tolerance && share < level + 1 / (rows + 1) + tolerance, `${share} for ${level}`)
    }
  })
})

describe('a temperature', () => {
  const row = rowTests()
  for (const [i, { logits, labels, temperature, withoutPrior }] of cases.entries()) {
    row('has the least log loss, as SciPy finds it', `case ${i}`, () => {
      const [z, y] = [Float64Array.from(logits.flat()), Float64Array.from(labels)]
      close(fitTemperature(z, y), temperature, 1e-6)
      close(fitTemperature(z, y, 0), withoutPrior, 1e-6)
    })
  }

  it('of equal logits z is z / ln(right / wrong)', () => {
    const labels = Float64Array.of(1, 1, 1, 0)
    close(fitTemperature(new Float64Array(4).fill(2), labels, 0), 2 / Math.log(3), 1e-12)
    const pairs = Float64Array.of(0, 2, 0, 2, 0, 2, 0, 2)
    close(fitTemperature(pairs, labels, 0), 2 / Math.log(3), 1e-12)
    assert.equal(
      fitTemperature(
        pairs.map((z) => z + 100),
        labels,
      ),
      fitTemperature(pairs, labels),
    )
  })

  it('stays near 1 where few labels are all predicted right', () => {
    const logits = Float64Array.of(0, 4, 3, 0, 0, 5)
    const labels = Float64Array.of(1, 0, 1)
    const temperature = fitTemperature(logits, labels)
    assert.ok(temperature > 0.7 && temperature < 1, `${temperature}`)
    close(fitTemperature(logits, labels, 0), 1 / 64, 1e-12)
    close(fitTemperature(logits, Float64Array.of(0, 1, 0), 0), 64, 1e-12)
    assert.equal(fitTemperature(new Float64Array(6), labels), 1)
  })

  it('is finite for logits of any size', () => {
    for (const size of [1e-300, 1e300]) {
      const temperature = fitTemperature(Float64Array.of(0, size, size, 0), Float64Array.of(1, 1))
      assert.ok(temperature >= 1 / 64.001 && temperature <= 64.001, `${temperature} for ${size}`)
    }
  })

  it('divides logits before the softmax, or before the sigmoid of one', () => {
    const [a, b, c] = withTemperature(Float64Array.of(2, 4, 6), 3, 2)
    const total = Math.exp(1) + Math.exp(2) + Math.exp(3)
    for (const [p, z] of [
      [a, 1],
      [b, 2],
      [c, 3],
    ])
      close(p, Math.exp(z) / total, 1e-15)
    const [low, high, large] = withTemperature(Float64Array.of(-3, 3, 1e5), 1, 1.5)
    close(low, 1 / (1 + Math.exp(2)), 1e-15)
    close(high, 1 / (1 + Math.exp(-2)), 1e-15)
    assert.equal(large, 1)
  })

  it('gives probabilities back at 1, from their logits', () => {
    const rows = Float64Array.of(0.2, 0.3, 0.5, 1, 0, 0, 0.25, 0.25, 0.5)
    for (const [i, p] of withTemperature(logitsOf(rows, 3), 3, 1).entries()) close(p, rows[i], 1e-15)
    const single = Float64Array.of(0.2, 0.5, 0.999, 0, 1)
    for (const [i, p] of withTemperature(logitsOf(single, 1), 1, 1).entries()) close(p, single[i], 1e-15)
  })
})
