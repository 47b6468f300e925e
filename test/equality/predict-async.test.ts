/** `predictAsync` has the bits of `predict`: drawn networks, any number of rows, every backend and number of threads. */
import fc from 'fast-check'
import { Ensemble, Network } from 'lockstep-nn'
import { cases } from '../support/arbitraries.js'
import { sameBits } from '../support/bits.js'
import { asRows, dataOf, EVERY_TYPE } from '../support/case.js'
import { drawCount } from '../support/drawn.js'
import { paths } from '../support/paths.js'
import { networkOf } from '../support/run.js'

const THREADS = [1, 2, 3]

const samplesOf = (rows: number, inputs: number): Float64Array =>
  Float64Array.from({ length: rows * inputs }, (_, i) => Math.sin(1.7 * i))

describe('predictAsync', () => {
  it('has the bits of predict, for drawn networks and samples', async () => {
    const rows = fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 71, max: 400 }))
    const property = fc.asyncProperty(cases, rows, fc.constantFrom(...paths), async (drawn, count, backend) => {
      const one = { ...drawn, rows: count }
      const { inputs } = one
      const network = networkOf(one)
      const { x } = dataOf(one)
      const samples = one.form === 'rows' ? asRows(x, inputs) : x
      // Drawn parameters may give outputs that are not finite; those are returned.
      const expected = network.predict(samples, { backend: 'typescript' })
      await Promise.all(
        THREADS.map(async (threads) => {
          const output = new Float64Array(expected.length)
          await network.predictAsync(samples, { backend, threads, output })
          sameBits(output, expected, `${count} rows on ${threads} threads of ${backend}`)
        }),
      )
    })
    await fc.assert(property, { numRuns: drawCount(400) })
  }).timeout(120_000)

  it('has the bits of predict where it takes many slices', async () => {
    const network = new Network({ ...EVERY_TYPE, seed: 3 })
    const x = samplesOf(20_011, EVERY_TYPE.inputs)
    const expected = network.predict(x)
    for (const backend of paths) {
      for (const threads of THREADS) {
        sameBits(await network.predictAsync(x, { backend, threads }), expected, `${threads} threads of ${backend}`)
      }
    }
  }).timeout(120_000)

  it('of an ensemble has the bits of its predict', async () => {
    const shapes = [
      { inputs: 2, layers: [{ units: 3, activation: 'tanh' }, { units: 2 }] },
      {
        inputs: 5,
        layers: [
          { units: 40, activation: 'relu' },
          { units: 3, activation: 'softmax' },
        ],
      },
      { ...EVERY_TYPE },
    ] as const
    for (const shape of shapes) {
      for (const [members, rows] of [
        [1, 100],
        [3, 65],
        [7, 1],
        [20, 300],
      ]) {
        const ensemble = new Ensemble({ ...shape, seeds: Array.from({ length: members }, (_, i) => i) })
        const x = samplesOf(rows, shape.inputs)
        const expected = ensemble.predict(x, { backend: 'typescript' })
        for (const backend of paths) {
          for (const threads of [...THREADS, 'auto'] as const) {
            const what = `${members} members, ${rows} rows on ${threads} threads of ${backend}`
            const actual = await ensemble.predictAsync(x, { backend, threads })
            sameBits(actual.mean, expected.mean, `the mean of ${what}`)
            for (const [i, predictions] of expected.members.entries()) {
              sameBits(actual.members[i], predictions, `member ${i} of ${what}`)
            }
          }
        }
      }
    }
  }).timeout(120_000)
})
