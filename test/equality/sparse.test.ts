/** Terms whose input is 0 are skipped, and no bit depends on it. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { denseForward, denseGradient } from '#lib/kernels/products/dense.js'
import { MIN_FACTOR, sparseLength, sparseProducts } from '#lib/kernels/products/sparse.js'
import { sameBits } from '../support/bits.js'
import { drawCount, leastCount, someOf } from '../support/drawn.js'
import { type DenseTraining, dataFor, denseOf, SIMPLE, sameAsReference } from '../support/reference-runs.js'
import { referenceTraining } from '../support/reference-training.js'
import { rowTests } from '../support/rows.js'
import { numbers, uniform } from '../support/values.js'

interface Shape {
  readonly rows: number
  readonly inputs: number
  readonly units: number
}

/** One layer over one block: its inputs, parameters (weights, then bias), derivatives, and gradients from before. */
interface Block extends Shape {
  readonly a: Float64Array
  readonly p: Float64Array
  readonly d: Float64Array
  readonly g: Float64Array
}

/** Numbers of which about this share is above 0; the others are 0. */
function sparse(length: number, share: number, seed: number): Float64Array {
  const next = uniform(seed)
  return Float64Array.from({ length }, () => (next() < share ? 2 ** -4 + next() : 0))
}

function blockOf({ rows, inputs, units }: Shape, share: number, seed: number): Block {
  const parameters = (inputs + 1) * units
  return {
    rows,
    inputs,
    units,
    a: sparse(rows * inputs, share, seed),
    p: numbers(parameters, seed + 1),
    d: numbers(rows * units, seed + 2),
    g: numbers(parameters, seed + 3),
  }
}

/** If the products return true, they have the bits of dense.ts; otherwise the gradients did not change. */
function compare(block: Block, first: boolean): { forward: boolean; gradient: boolean } {
  const { rows, inputs, units, a, p, d, g } = block
  const bias = inputs * units
  const workspace = new Float64Array(sparseLength(inputs, units, rows)).fill(Number.NaN)
  let used = 0
  const products = sparseProducts(inputs, units, rows, (length) => {
    used += length
    return workspace.subarray(used - length, used)
  })
  assert.ok(products !== null)
  assert.equal(used, workspace.length)
  const z = new Float64Array(rows * units)
  const forward = products.forward(a, p, 0, bias, z, rows)
  const gradients = g.slice()
  const gradient = products.gradient(d, gradients, 0, bias, rows, first)
  const expectedZ = new Float64Array(rows * units)
  denseForward(a, p, 0, bias, expectedZ, rows, inputs, units)
  if (forward) sameBits(z, expectedZ, 'z')
  const expected = g.slice()
  if (gradient) denseGradient(a, d, expected, 0, bias, rows, inputs, units, first)
  sameBits(gradients, expected, 'gradients')
  return { forward, gradient }
}

/** A copy with some of the numbers replaced; indices wrap around. */
function replaced(values: Float64Array, odd: readonly { at: number; value: number }[]): Float64Array {
  const copy = values.slice()
  for (const { at, value } of odd) copy[at % copy.length] = value
  return copy
}

const SHAPE: Shape = { rows: 20, inputs: 37, units: 21 }

describe('sparse products', () => {
  const row = rowTests()
  it('exist for layers and blocks of at least 16 units and 8 rows', () => {
    const room = (length: number) => new Float64Array(length)
    assert.notEqual(sparseProducts(16, 16, 8, room), null)
    for (const [inputs, units, rows] of [
      [15, 16, 8],
      [16, 15, 8],
      [16, 16, 7],
    ]) {
      assert.equal(sparseProducts(inputs, units, rows, room), null)
      assert.equal(sparseLength(inputs, units, rows), 0)
    }
  })

  for (const first of [true, false]) {
    const when = first ? 'in the first block of a step' : 'in a later block'
    for (const share of [0, 0.05, 0.2, 0.3]) {
      row(`have the bits of the full sums ${when}`, `${share}`, () => {
        for (const units of [16, 21, 24]) {
          const done = compare(blockOf({ ...SHAPE, units }, share, units), first)
          assert.deepEqual(done, { forward: true, gradient: true })
        }
      })
    }

    it(`have the bits of the full sums with dead units and negative derivatives ${when}`, () => {
      const block = blockOf(SHAPE, 0.2, 1)
      // An input that is 0 in all rows, one that is in none, gradients that were -0 before.
      const a = block.a.map((value, i) => (i % SHAPE.inputs === 3 ? 0 : i % SHAPE.inputs === 4 ? 0.5 : value))
      const d = block.d.map((value, i) => [0, -Math.abs(value), value, Math.abs(value)][(i % SHAPE.units) % 4])
      const g = block.g.map((value, i) => (i % 3 === 0 ? -0 : i % 3 === 1 ? 0 : value))
      assert.deepEqual(compare({ ...block, a, d, g }, first), { forward: true, gradient: true })
    })
  }

  it('are not used where most inputs are not 0', () => {
    assert.deepEqual(compare(blockOf(SHAPE, 0.95, 1), true), { forward: false, gradient: false })
  })

  it('are not used for fewer than 8 rows', () => {
    const block = blockOf({ ...SHAPE, rows: 7 }, 0.2, 1)
    const products = sparseProducts(37, 21, 8, (length) => new Float64Array(length))
    assert.equal(products?.forward(block.a, block.p, 0, 37 * 21, new Float64Array(7 * 21), 7), false)
    assert.equal(products?.gradient(block.d, block.g, 0, 37 * 21, 7, true), false)
  })

  for (const value of [-0, -1, MIN_FACTOR / 2, 5e-324]) {
    row('are not used where an input is below 0, -0 or too small', `${Object.is(value, -0) ? '-0' : value}`, () => {
      const block = blockOf(SHAPE, 0.2, 2)
      for (const at of [0, 100, block.a.length - 1]) {
        const a = replaced(block.a, [{ at, value }])
        assert.deepEqual(compare({ ...block, a }, true), { forward: false, gradient: false })
      }
    })
  }

  for (const value of [-0, MIN_FACTOR / 2, -5e-324, Number.POSITIVE_INFINITY, Number.NaN]) {
    row(
      'leave gradients to the full sums where a derivative is -0, not finite or too small',
      `${Object.is(value, -0) ? '-0' : value}`,
      () => {
        const block = blockOf(SHAPE, 0.2, 3)
        for (const at of [0, 100, block.d.length - 1]) {
          const d = replaced(block.d, [{ at, value }])
          assert.deepEqual(compare({ ...block, d }, at === 0), { forward: true, gradient: false })
        }
      },
    )
  }

  it('leave outputs to the full sums where a weight is not finite or a bias is -0', () => {
    const block = blockOf(SHAPE, 0.2, 4)
    const { length } = block.p
    const weights = SHAPE.inputs * SHAPE.units
    for (const [at, value] of [
      [0, Number.NaN],
      [weights - 1, Number.NEGATIVE_INFINITY],
      [weights - 7, Number.POSITIVE_INFINITY],
      [weights, -0],
      [length - 1, -0],
    ]) {
      const p = replaced(block.p, [{ at, value }])
      assert.deepEqual(compare({ ...block, p }, true), { forward: false, gradient: true })
    }
  })

  it('have the bits of the full sums where derivatives are as large as possible', () => {
    const block = blockOf(SHAPE, 0.2, 12)
    const d = block.d.map((value, i) => (i % 3 === 0 ? value : Number.MAX_VALUE))
    assert.deepEqual(compare({ ...block, d }, true), { forward: true, gradient: true })
  })

  it('have the bits of the full sums where the terms need several panels', () => {
    for (const size of [{ inputs: 1100 }, { inputs: 513 }, { rows: 530, inputs: 17 }]) {
      const block = blockOf({ ...SHAPE, ...size }, 0.2, 11)
      for (const first of [true, false]) assert.deepEqual(compare(block, first), { forward: true, gradient: true })
    }
  })

  it('have the bits of the full sums for any numbers, or are not used', () => {
    const ODD = [0, -0, 1, -1, MIN_FACTOR, -MIN_FACTOR, 1e-320, 1e200, -1e300, Number.MAX_VALUE, Infinity, NaN]
    const odd = fc.array(fc.record({ at: fc.nat(5000), value: fc.constantFrom(...ODD) }), { maxLength: 4 })
    const positive = fc.array(
      fc.record({ at: fc.nat(5000), value: fc.constantFrom(0, 1, MIN_FACTOR, 1e200, Number.MAX_VALUE) }),
      { maxLength: 30 },
    )
    const shape = fc.record({
      rows: fc.integer({ min: 8, max: 40 }),
      inputs: fc.integer({ min: 16, max: 70 }),
      units: fc.integer({ min: 16, max: 40 }),
    })
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    let taken = 0
    fc.assert(
      fc.property(
        shape,
        share,
        fc.nat(),
        fc.oneof(odd, positive, positive),
        odd,
        odd,
        odd,
        fc.boolean(),
        (...[size, density, seed, inA, inP, inD, inG, first]) => {
          const block = blockOf(size, density, seed)
          const [a, p, d, g] = [
            replaced(block.a, inA),
            replaced(block.p, inP),
            replaced(block.d, inD),
            replaced(block.g, inG),
          ]
          const { forward, gradient } = compare({ ...block, a, p, d, g }, first)
          if (forward) taken++
          if (gradient) taken++
        },
      ),
      { numRuns: drawCount(500) },
    )
    assert.ok(taken >= leastCount(50), `${taken} products left out zeros`)
  })
})

describe('a network with zero inputs ends in the bits of the reference', () => {
  const row = rowTests()
  const TRAINING: DenseTraining = {
    ...SIMPLE,
    layers: [denseOf(67), denseOf(36), denseOf(3, false)],
    rows: 150,
    inputs: 75,
    epochs: 2,
    batchSize: 70,
    seed: 3,
  }

  /** Its data with samples of which this share is not 0, and some numbers replaced. */
  function sparseData(training: DenseTraining, share: number, odd: readonly { at: number; value: number }[] = []) {
    const data = dataFor(training)
    return { ...data, x: replaced(sparse(data.x.length, share, 5), odd) }
  }

  for (const share of [0, 0.1, 0.3, 0.38, 0.42, 0.5, 0.75, 1]) {
    row('with any share of zeros', `${share}`, () => {
      sameAsReference(TRAINING, sparseData(TRAINING, share))
    })
  }

  for (const batchSize of [7, 8, 64, 150]) {
    row('in batches of any size', `${batchSize}`, () => {
      const training = { ...TRAINING, batchSize, optimizer: 'momentum' } as const
      sameAsReference(training, sparseData(training, 0.25))
    })
  }

  for (const units of [16, 17, 31, 32, 40, 64, 100, 130]) {
    row('with layers of any width', `${units}`, () => {
      const training = { ...TRAINING, layers: [denseOf(units), denseOf(units), denseOf(2, false)], epochs: 1 }
      sameAsReference(training, sparseData(training, 0.25))
    })
  }

  it('where single values rule sparse products out', () => {
    for (const value of [-0, -0.5, 5e-324, -1e-160, 1e-160]) {
      sameAsReference(TRAINING, sparseData(TRAINING, 0.2, [{ at: 75 * 20 + 3, value }]))
    }
  })

  it('where units are dead, biases -0 and columns empty', () => {
    const data = sparseData(TRAINING, 0.3)
    const bias = 75 * 67
    const start = replaced(data.start, [
      { at: bias, value: -100 },
      { at: bias + 1, value: -0 },
      { at: bias + 66, value: -100 },
    ])
    const x = data.x.map((value, i) => (i % 75 < 9 ? 0 : value))
    sameAsReference(TRAINING, { ...data, start, x })
    sameAsReference({ ...TRAINING, optimizer: 'adam', batchSize: 150 }, { ...data, start, x })
    const withoutNegative = replaced(data.start, [{ at: bias, value: -100 }])
    sameAsReference(TRAINING, { ...data, start: withoutNegative, x })
  })

  it('with the signs of zeros: weights of -0 after empty columns', () => {
    // The first layer's units are on in all rows, and far targets give each of them derivatives of one sign.
    const data = sparseData(TRAINING, 0.3)
    const [emptied, units, inputs] = [9, 67, 75]
    const start = data.start.map((value, i) => {
      if (i < emptied * units) return -0
      return i >= inputs * units && i < (inputs + 1) * units ? 100 : value
    })
    const x = data.x.map((value, i) => (i % inputs < emptied ? 0 : value))
    const y = data.y.map((value) => 1e4 + value)
    const training = { ...TRAINING, learningRate: 1e-9, epochs: 1 }
    const outcome = referenceTraining(training, start, x, y).parameters.subarray(0, emptied * units)
    for (const zero of [0, -0]) assert.ok(outcome.some((value) => Object.is(value, zero)))
    sameAsReference(training, { start, x, y })
    sameAsReference({ ...training, batchSize: 150, shuffle: false }, { start, x, y })
  })

  it('with all options of a step', () => {
    const layers = TRAINING.layers.map((layer) => ({ ...layer, l1: 0.001, l2: 0.01 }))
    const clips = [{ clipValue: 0.1 }, { clipNorm: 0.2 }, { globalClipNorm: 0.3 }]
    const extras = [{ layers }, { weightDecay: 0.02 }, ...clips]
    const all = (['sgd', 'momentum', 'adam'] as const).flatMap((optimizer) =>
      extras.map((one) => ({ ...one, optimizer })),
    )
    for (const one of someOf(all)) {
      const training = { ...TRAINING, ...one }
      sameAsReference(training, sparseData(training, 0.2))
    }
  })
})
