/** Predictions of few rows by dense layers of any widths and activations: every backend has the bits of TypeScript. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type LayerOption, Network } from 'lockstep-nn'
import { chooseBackend } from '#lib/backend/choose.js'
import { activations } from '#lib/kernels/activations.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { Guarded, sameResults } from '../support/guarded.js'
import { compiledPaths } from '../support/paths.js'

// Around the widths of vectors, of tiles of eight of them, and of the rows that are copied to the addon.
const UNITS = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 31, 32, 33, 40, 47, 63, 64, 65, 71, 127, 128, 130]
const ODD = [0, -0, 1e-310, -1e300, 750, -750, Infinity, -Infinity, Number.NaN]

const NAMES = Object.keys(activations)
const layerOf = (names: readonly string[]) =>
  fc.record({ units: fc.constantFrom(...UNITS), activation: fc.constantFrom(...names) })
const drawn = fc.record({
  inputs: fc.constantFrom(...UNITS),
  hidden: fc.array(layerOf(NAMES.filter((name) => name !== 'softmax')), { maxLength: 3 }),
  // One unit has no softmax.
  last: layerOf(NAMES).map((one) => (one.units === 1 && one.activation === 'softmax' ? { ...one, units: 6 } : one)),
  rows: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(),
  // The values that are odd: none, or each one of n.
  odd: fc.constantFrom(0, 0, 0, 7, 40),
  offset: fc.integer({ min: 0, max: 7 }),
})

/** Values from a seed. */
function valuesOf(length: number, seed: number, odd: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => {
    const value = Math.sin((seed % 1000) + 1.7 * i)
    return odd > 0 && (i + seed) % odd === 0 ? ODD[(i + seed) % ODD.length] : value
  })
}

describe('predictions of few rows', () => {
  it('have the bits of TypeScript for all widths and activations, within their arrays', function () {
    this.timeout(120_000)
    const counts = new Map<string, number>()
    const count = (what: string) => void counts.set(what, (counts.get(what) ?? 0) + 1)
    fc.assert(
      fc.property(drawn, ({ inputs, hidden, last, rows, seed, odd, offset }) => {
        const layers = [...hidden, last]
        const { plan } = new Network({ inputs, layers: layers as LayerOption[] })
        const predict = (backend: string) => {
          const guarded = new Guarded(Number.NaN, offset)
          const arrays = {
            parameters: guarded.of(valuesOf(plan.parameterCount, seed, odd), 'parameters'),
            x: guarded.of(valuesOf(rows * inputs, seed + 1, odd), 'x'),
            output: guarded.of(new Float64Array(rows * plan.outputs), 'output'),
          }
          chooseBackend(backend).backend.predictor(plan)(arrays.parameters, arrays.x, arrays.output)
          guarded.check(backend)
          return arrays
        }
        const expected = predict('typescript')
        for (const backend of compiledPaths) sameResults(predict(backend), expected, backend)
        count(`${rows} rows`)
        for (const { activation } of layers) count(activation)
      }),
      { numRuns: drawCount(3000) },
    )
    for (const what of [...NAMES, '1 rows', '2 rows']) {
      assert.ok((counts.get(what) ?? 0) >= leastCount(100), `${what}: ${counts.get(what)}`)
    }
  })
})
