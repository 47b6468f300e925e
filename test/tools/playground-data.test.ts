/** The drawn data of the playground: the same bits in every version, as links depend on them. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onCircle } from '../../playground/data/circle.js'
import { makeDataSet } from '../../playground/data/make.js'
import { drawnOrder } from '../../playground/data/random.js'
import { DEFAULT_SETTINGS, type Point, type Source } from '../../playground/state/settings.js'
import { trainTo } from '../../playground/training/train-to.js'
import { ROOT } from '../support/child.js'
import { errorOf } from '../support/error-of.js'
import { layerOf, settingsWith } from '../support/playground-settings.js'
import { rowTests } from '../support/rows.js'

const { data: DEFAULT } = DEFAULT_SETTINGS

/** The beginning of SHA-256 of the default's rows: x and y for training, then for validation. */
const DIGESTS: Readonly<Record<Exclude<Source, 'csv'>, string>> = {
  xor: '39e5f3750653ffbd',
  circles: '2cd6d99584d84784',
  spirals: '39f9ef0ba0f86ff6',
  gaussians: '4eacc453da161f16',
  moons: 'a41c41f0f4471447',
  plane: 'f3582e5bc61d8a0a',
  points: '3ea3a57338ead14f',
}

describe('the data of the playground', () => {
  const row = rowTests()

  for (const [source, digest] of Object.entries(DIGESTS) as [Source, string][]) {
    row('has the bits with which links were made', source, () => {
      const { training, validation } = makeDataSet({ ...DEFAULT, source })
      const hash = createHash('sha256')
      for (const values of [training.x, training.y, validation.x, validation.y]) hash.update(values)
      assert.equal(hash.digest('hex').slice(0, 16), digest)
    })

    row('is within its maps without noise, with other rows for another seed', source, () => {
      const { inputs, training, validation } = makeDataSet({ ...DEFAULT, source, noise: 0 })
      assert.equal(training.count + validation.count, source === 'points' ? DEFAULT.points.length : DEFAULT.rows)
      for (const { x } of [training, validation]) {
        x.forEach((value, i) => {
          const { min, max } = inputs[i % 2]
          assert.ok(value > min && value < max, `${value}`)
        })
      }
      const other = makeDataSet({ ...DEFAULT, source, noise: 0, seed: 2 })
      assert.notDeepEqual(other.training.x, training.x)
    })

    row('has both classes in equal numbers, or nearly', source, () => {
      if (source === 'plane') return
      const { training, validation } = makeDataSet({ ...DEFAULT, source, rows: 2000 })
      const labels = [...training.y, ...validation.y]
      const share = labels.filter((label) => label === 1).length / labels.length
      assert.ok(Math.abs(share - 0.5) < 0.03, `${share}`)
    })
  }

  it('keeps the share for validation, but leaves a row for the training', () => {
    const counts = (validation: number, rows: number) => {
      const made = makeDataSet({ ...DEFAULT, validation, rows })
      return [made.training.count, made.validation.count]
    }
    assert.deepEqual(
      [counts(0, 300), counts(0.25, 300), counts(0.9, 10)],
      [
        [300, 0],
        [225, 75],
        [1, 9],
      ],
    )
    const points: Point[] = [
      [0, 0, 0],
      [1, 1, 1],
    ]
    assert.equal(makeDataSet({ ...DEFAULT, source: 'points', points, validation: 0.9 }).training.count, 1)
  })

  it('of points of one class is refused with what to do', async () => {
    for (const points of [
      [],
      [[0, 0, 0]],
      [
        [0, 0, 1],
        [1, 1, 1],
      ],
    ] as Point[][]) {
      const error = await errorOf(() => makeDataSet({ ...DEFAULT, source: 'points', points }))
      assert.equal(
        String(error),
        `RangeError: Expected points of at least two classes for data.points but received an array of length ${points.length}. Add points of another class.`,
      )
    }
  })

  it('has maps that contain all points, and that stay while points are within the range of drawn data', () => {
    const rangesOf = (points: readonly Point[]) =>
      makeDataSet({ ...DEFAULT, source: 'points', points, validation: 0 }).inputs.map(({ min, max }) => [min, max])
    const [x, y] = rangesOf([
      [-9, 0, 0],
      [1, 4, 1],
    ])
    assert.ok(x[0] < -9 && x[1] > 9 && y[0] < -4 && y[1] > 4, `${x} and ${y}`)
    const drawn = makeDataSet(DEFAULT).inputs.map(({ min, max }) => [min, max])
    assert.deepEqual(rangesOf(DEFAULT.points), drawn)
    assert.deepEqual(rangesOf([...DEFAULT.points, [1.2, -1.2, 0]]), drawn)
  })

  it('has points of a circle that differ from cosine and sine by a rounding error', () => {
    for (let i = 0; i <= 4000; i++) {
      const turns = i / 1000
      const [x, y] = onCircle(turns)
      const angle = 2 * Math.PI * turns
      // An angle of several turns is rounded before Math.cos reduces it.
      const bound = 2 ** -51 * (1 + angle)
      assert.ok(Math.abs(x - Math.cos(angle)) < bound && Math.abs(y - Math.sin(angle)) < bound, `${turns} turns`)
    }
  })

  it('is mixed in an order with each row once', () => {
    const order = drawnOrder(500, 3)
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      Array.from({ length: 500 }, (_, i) => i),
    )
    assert.notDeepEqual(order, drawnOrder(500, 4))
  })
})

describe('docs/playground.md', () => {
  it('has the digest of the playground for its program', () => {
    const settings = settingsWith({ data: { source: 'points', validation: 0 }, network: { layers: [layerOf()] } })
    const { digest } = trainTo(settings, 100)
    assert.ok(readFileSync(join(ROOT, 'docs', 'playground.md'), 'utf8').includes(`// ${digest.slice(0, 16)}…`), digest)
  })
})
