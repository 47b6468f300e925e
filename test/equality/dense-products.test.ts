/** The generated products of a dense layer have the bits of the plain sums. */
import fc from 'fast-check'
import { type DenseProducts, generatedDense } from '#lib/kernels/codegen/dense.js'
import { type DenseBackward, denseBackward, denseForward, denseGradient } from '#lib/kernels/products/dense.js'
import { drawCount } from '../support/drawn.js'
import { Guarded, type Results, sameResults } from '../support/guarded.js'
import { fillReal } from '../support/values.js'

interface Shape {
  readonly rows: number
  readonly inputs: number
  readonly units: number
}

/** The sums of a dense layer term by term, as in docs/numerics. */
const plainSums: DenseProducts = {
  forward(a, p, weights, bias, z, rows, inputs, units) {
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < units; j++) {
        let sum = p[bias + j]
        for (let k = 0; k < inputs; k++) sum += a[r * inputs + k] * p[weights + k * units + j]
        z[r * units + j] = sum
      }
    }
  },
  backward(d, p, weights, dInput, rows, inputs, units) {
    for (let r = 0; r < rows; r++) {
      for (let k = 0; k < inputs; k++) {
        let sum = -0
        for (let j = 0; j < units; j++) sum += d[r * units + j] * p[weights + k * units + j]
        dInput[r * inputs + k] = sum
      }
    }
  },
  gradient(a, d, g, weights, bias, rows, inputs, units, first) {
    for (let j = 0; j < units; j++) {
      for (let k = 0; k < inputs; k++) {
        let sum = first ? -0 : g[weights + k * units + j]
        for (let r = 0; r < rows; r++) sum += a[r * inputs + k] * d[r * units + j]
        g[weights + k * units + j] = sum
      }
      let sum = first ? -0 : g[bias + j]
      for (let r = 0; r < rows; r++) sum += d[r * units + j]
      g[bias + j] = sum
    }
  },
}

/** `backward` to what is in dInput. Generated products only overwrite it: a layer then calls the tiled one. */
function addBackward(dense: DenseProducts, ...[d, p, weights, dInput, rows, inputs, units]: Parameters<DenseBackward>) {
  if (dense !== plainSums) {
    denseBackward(d, p, weights, dInput, rows, inputs, units, false)
    return
  }
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < inputs; k++) {
      for (let j = 0; j < units; j++) dInput[r * inputs + k] += d[r * units + j] * p[weights + k * units + j]
    }
  }
}

const NOT_FINITE = [Number.NaN, Infinity, -Infinity]

/** The results of the three products for the same numbers; every output array is filled with `byte` before. */
function products(
  dense: DenseProducts,
  { rows, inputs, units }: Shape,
  seed: number,
  odd: number,
  byte: number,
): Results {
  const guarded = new Guarded(1e300, 1)
  let next = seed
  const numbers = (length: number, name: string) => {
    const values = new Float64Array(length)
    fillReal(values, { style: next % 3 === 0 ? 'small' : 'wide', seed: next++, odd: [] })
    if (odd > 0 && next % odd === 0) values[next % length] = NOT_FINITE[next % 3]
    return guarded.of(values, name)
  }
  const a = numbers(rows * inputs, 'a')
  // The layer's parameters are in the middle of others.
  const weights = seed % 5
  const bias = weights + inputs * units
  const p = numbers(bias + units + 3, 'p')
  const d = numbers(rows * units, 'd')
  const added = numbers(bias + units + 3, 'gradient, added to')
  const dInputAdded = numbers(rows * inputs, 'dInput, added to')
  const z = guarded.bytes(rows * units, byte, 'z')
  const dInput = guarded.bytes(rows * inputs, byte, 'dInput')
  const g = guarded.bytes(inputs * units + units, byte, 'gradient, overwritten')
  dense.forward(a, p, weights, bias, z, rows, inputs, units)
  dense.backward(d, p, weights, dInput, rows, inputs, units)
  addBackward(dense, d, p, weights, dInputAdded, rows, inputs, units)
  dense.gradient(a, d, g, 0, inputs * units, rows, inputs, units, true)
  dense.gradient(a, d, added, weights, bias, rows, inputs, units, false)
  guarded.check('products')
  return { a, p, d, z, dInput, dInputAdded, g, added }
}

function checkProducts(shape: Shape, seed: number, odd: number): void {
  const expected = products(plainSums, shape, seed, odd, 0x00)
  const tiled: DenseProducts = { forward: denseForward, backward: denseBackward, gradient: denseGradient }
  for (const [name, dense] of [
    ['tiled', tiled],
    ['for the shape', generatedDense(shape.inputs, shape.units)],
  ] as const) {
    for (const byte of [0x00, 0xff]) {
      sameResults(products(dense, shape, seed, odd, byte), expected, `${name}, ${JSON.stringify(shape)}`)
    }
  }
}

describe('the products of a dense layer', () => {
  it('are the plain sums in every small shape', function () {
    this.timeout(60_000)
    for (let rows = 1; rows <= 9; rows++) {
      for (let inputs = 1; inputs <= 9; inputs++) {
        for (let units = 1; units <= 18; units++) checkProducts({ rows, inputs, units }, rows + inputs * units, 0)
      }
    }
  })

  it('are the plain sums in drawn shapes, with numbers that are not finite among others', () => {
    const size = fc.integer({ min: 1, max: 40 })
    const shape = fc.record({ rows: size, inputs: size, units: size })
    fc.assert(
      fc.property(shape, fc.nat(1e6), fc.nat(4), (drawn, seed, odd) => checkProducts(drawn, seed, odd)),
      { numRuns: drawCount(500) },
    )
  })

  it('are the plain sums in narrow layers of any width, for batches of any size', () => {
    const width = fc.integer({ min: 1, max: 70 })
    const shape = fc.record({ rows: fc.integer({ min: 1, max: 130 }), inputs: width, units: width })
    fc.assert(
      fc.property(shape, fc.nat(1e6), fc.nat(4), (drawn, seed, odd) => checkProducts(drawn, seed, odd)),
      { numRuns: drawCount(300) },
    )
  })

  it('are the plain sums where terms or columns need several panels', () => {
    for (const size of [127, 128, 129, 131, 257]) {
      checkProducts({ rows: size, inputs: 5, units: 3 }, size, 0)
      checkProducts({ rows: 6, inputs: size, units: 7 }, size + 1, 3)
      checkProducts({ rows: 7, inputs: 9, units: size }, size + 2, 0)
      checkProducts({ rows: 3, inputs: size, units: 65 }, size + 3, 0)
    }
  })
})
