/** Metrics of drawn targets and predictions have the same bits on every backend, in any workspace. */
import assert from 'node:assert/strict'
import fc, { type Arbitrary } from 'fast-check'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { chooseBackend } from '#lib/backend/choose.js'
import { AVERAGES, type Scored } from '#lib/kernels/metrics/classes.js'
import { metricOf, metrics, metricWorkspace } from '#lib/kernels/metrics/metrics.js'
import { metricTable } from '#lib/metrics/table.js'
import { sameNumber } from '../support/bits.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { Guarded } from '../support/guarded.js'
import { compiledPaths, nativePaths, paths } from '../support/paths.js'

const addon = loadAddon() as Addon
const NAMES = Object.keys(metrics) as (keyof typeof metrics)[]
const SETS = addon.kernelSets.flatMap(({ name, available }, set) => (available ? [{ name, set }] : []))

// Values with many ties, and values that are no ordinary numbers.
const few = fc.constantFrom(0, -0, 0.25, 0.5, 0.75, 1, -1)
const odd = fc.constantFrom(Infinity, -Infinity, Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, 0, -0, 1)
const any = fc.double({ min: -3, max: 3, noNaN: true })

const valuesOf = (value: Arbitrary<number>, length: number): Arbitrary<Float64Array> =>
  fc.array(value, { minLength: length, maxLength: length }).map((values) => Float64Array.from(values))

/** One value in a place; most arrays should have none, as one NaN decides everything. */
const withNaN = (values: Arbitrary<Float64Array>): Arbitrary<Float64Array> =>
  fc.tuple(values, fc.nat({ max: 11 }), fc.nat()).map(([all, dice, at]) => {
    if (dice === 0) all[at % all.length] = Number.NaN
    return all
  })

const predictionsOf = (length: number): Arbitrary<Float64Array> =>
  withNaN(fc.oneof(valuesOf(few, length), valuesOf(any, length), valuesOf(fc.oneof(odd, any), length)))

/** Two classes for each output, all of one class, one class a row, or any numbers. */
const targetsOf = (rows: number, outputs: number, signs: boolean): Arbitrary<Float64Array> => {
  const low = signs ? -1 : 0
  const length = rows * outputs
  const oneHot = fc.array(fc.nat({ max: outputs - 1 }), { minLength: rows, maxLength: rows }).map((classes) => {
    const all = new Float64Array(length).fill(low)
    for (let row = 0; row < rows; row++) all[row * outputs + classes[row]] = 1
    return all
  })
  return fc.oneof(
    valuesOf(fc.constantFrom(low, 1), length),
    fc.constantFrom(low, 1, 2.5).map((value) => new Float64Array(length).fill(value)),
    oneHot,
    withNaN(valuesOf(fc.oneof(few, any, odd), length)),
  )
}

const rowCounts = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 6, arbitrary: fc.integer({ min: 4, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 1100 }) },
)
const outputCounts = fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 12 }))

const drawn: Arbitrary<Scored> = fc.tuple(rowCounts, outputCounts, fc.boolean()).chain(([all, outputs, signs]) => {
  const rows = outputs > 1 ? Math.min(all, 60) : all
  return fc
    .tuple(targetsOf(rows, outputs, signs), predictionsOf(rows * outputs))
    .map(([targets, predictions]) => ({ rows, outputs, targets, predictions, signs }))
})

const THRESHOLDS = [Number.NaN, 0, -0, 0.5, 0.3, -1, Infinity, -Infinity]

/** Some options of a metric: every average, and the thresholds and numbers that this draw chooses. */
function optionsOf(name: keyof typeof metrics, { outputs }: Scored, threshold: number, k: number): Float64Array[] {
  const names = Object.keys(metrics[name].options)
  const averages = names.includes('average') ? AVERAGES.map((_, i) => i) : [0]
  return averages.map((average) => {
    const values: Readonly<Record<string, number>> = { threshold, k: 1 + (k % outputs), average }
    return Float64Array.from(names, (one) => values[one])
  })
}

describe('metrics', () => {
  it('have the codes of the kernels, and only the confusion matrix has none', () => {
    assert.deepEqual(Object.keys(metricTable), [...NAMES, 'confusionMatrix'])
  })

  it('have the same bits on every backend, for drawn values and options, in any workspace', function () {
    this.timeout(300_000)
    assert.equal(SETS.length, nativePaths.length)
    const seen = { finite: new Map<string, number>(), nan: 0 }
    const property = fc.property(drawn, fc.constantFrom(...THRESHOLDS), fc.nat({ max: 11 }), (scored, threshold, k) => {
      const { rows, outputs, targets, predictions, signs } = scored
      for (const [code, name] of NAMES.entries()) {
        for (const options of optionsOf(name, scored, threshold, k)) {
          const where = `${name}(${options.join()})`
          const expected = chooseBackend('typescript').backend.metric(code, options, scored)
          if (Number.isFinite(expected)) seen.finite.set(name, (seen.finite.get(name) ?? 0) + 1)
          if (Number.isNaN(expected)) seen.nan++
          for (const path of compiledPaths) {
            sameNumber(chooseBackend(path).backend.metric(code, options, scored), expected, `${where} on ${path}`)
          }
          for (const byte of [0x00, 0xff]) {
            const guarded = new Guarded(1e300, byte === 0 ? 0 : 1)
            const workspace = guarded.bytes(metricWorkspace(code, rows, outputs), byte, 'workspace')
            sameNumber(metricOf(code, options, scored, workspace), expected, `${where} in ${byte}`)
            const [y, p] = [guarded.of(targets, 'targets'), guarded.of(predictions, 'predictions')]
            for (const { name: of, set } of SETS) {
              const own = guarded.bytes(addon.metricWorkspace(set, code, rows, outputs), byte, `workspace of ${of}`)
              const value = addon.metric(set, code, options, signs ? 1 : 0, rows, outputs, y, p, own)
              sameNumber(value, expected, `${where} of ${of} in ${byte}`)
            }
            guarded.check(where)
          }
        }
      }
    })
    fc.assert(property, { numRuns: drawCount(2000) })
    for (const name of NAMES) assert.ok((seen.finite.get(name) ?? 0) >= leastCount(300), `${name} was seldom finite`)
    assert.ok(seen.nan >= leastCount(300), 'metrics were seldom NaN')
  })

  it('sort many rows for the area under the curve', () => {
    const code = NAMES.indexOf('rocAuc')
    for (const rows of [1023, 1024, 1025, 20_000]) {
      for (const distinct of [1, 7, rows]) {
        const predictions = Float64Array.from({ length: rows }, (_, i) => ((i * 7919) % 20_011) % distinct)
        const targets = Float64Array.from(predictions, (value, i) => Number((value * 31 + i) % 5 > 2))
        const scored = { rows, outputs: 1, targets, predictions, signs: false }
        const [expected, ...others] = paths.map((path) =>
          chooseBackend(path).backend.metric(code, new Float64Array(0), scored),
        )
        assert.ok(expected > 0 && expected < 1)
        for (const value of others) sameNumber(value, expected, `${rows} rows, ${distinct} values`)
      }
    }
  })
})
