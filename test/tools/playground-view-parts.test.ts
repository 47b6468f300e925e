/** The parts of the playground's pictures that need no page: places, numbers and words. */
import assert from 'node:assert/strict'
import type { DataSet } from '../../playground/data/data-set.js'
import { inputsOf, makeDataSet } from '../../playground/data/make.js'
import type { Point } from '../../playground/state/settings.js'
import { AccuracySeries } from '../../playground/view/curves/accuracy-series.js'
import { summaryOf } from '../../playground/view/curves/summary.js'
import { gradientShare, namesOf } from '../../playground/view/network/layer-texts.js'
import { HEIGHT, layoutOf } from '../../playground/view/network/layout.js'
import { moved, ownPoints, placeAt, pointAt, validationOf } from '../../playground/view/output/points.js'
import { spreadBound } from '../../playground/view/output/spread.js'
import { ticksOf, tickText } from '../../playground/view/output/ticks.js'
import { settingsWith } from '../support/playground-settings.js'

const [ACROSS, UP] = inputsOf([])
const AXES = [ACROSS, UP] as const

describe('the layout of a drawn network', () => {
  for (const width of [290, 560, 1200]) {
    it(`keeps all units apart and inside of the picture, for 0 to 8 layers of 1 to 64 units, ${width} pixels wide`, () => {
      for (const counts of [
        [2, 1],
        [2, 8, 8, 1],
        [2, 64, 9, 8, 7, 6, 5, 4, 3, 4],
        [20, 1],
      ]) {
        const { side, columns } = layoutOf(counts, width)
        assert.deepEqual(
          columns.map(({ ys, more }) => ys.length + more),
          counts,
        )
        columns.forEach(({ x, ys }, i) => {
          assert.ok(ys.length <= 8)
          assert.ok(x - side / 2 >= 0 && x + side / 2 <= width)
          if (i > 0) assert.ok(x - columns[i - 1].x > side)
          ys.forEach((y, unit) => {
            assert.ok(y - side / 2 > 0 && y + side / 2 < HEIGHT)
            if (unit > 0) assert.ok(y - ys[unit - 1] > side)
          })
        })
      }
    })
  }
})

describe('the numbers of an axis', () => {
  it('are at most five round ones between the bounds', () => {
    assert.deepEqual(ticksOf(-1.25, 1.25), [-1, -0.5, 0, 0.5, 1])
    for (let i = 0; i < 400; i++) {
      const min = (i - 200) * 0.37
      const max = min + 10 ** ((i % 13) - 6)
      const ticks = ticksOf(min, max)
      assert.ok(ticks.length >= 1 && ticks.length <= 5, `${ticks} of ${min} to ${max}`)
      const slack = 1e-9 * Math.abs(min)
      for (const tick of ticks) assert.ok(tick >= min - slack && tick <= max + slack, `${tick} of ${min} to ${max}`)
    }
  })

  it('are none where there is no range', () => {
    for (const [min, max] of [
      [1, 1],
      [2, 1],
      [NaN, 1],
      [0, Infinity],
    ])
      assert.deepEqual(ticksOf(min, max), [])
  })

  it('have a minus sign of the width of a digit, and few digits', () => {
    assert.deepEqual([-0.5, 0, 1234567, -0.00001, 0.1 + 0.2].map(tickText), ['−0.5', '0', '1e+6', '−1e−5', '0.3'])
  })
})

describe("points of one's own on the map", () => {
  it('are placed from the top left, and on the edge where a click is outside', () => {
    assert.deepEqual(placeAt(AXES, 0.5, 0.5), [0, 0])
    assert.deepEqual(placeAt(AXES, 0, 0), [-1.25, 1.25])
    assert.deepEqual(placeAt(AXES, 7, 7), [1.25, -1.25])
    assert.deepEqual(moved(AXES, [0, 0], 0.04, -0.04), [0.1, -0.1])
    assert.deepEqual(moved(AXES, [1.2, 0], 0.04, 0), [1.25, 0])
  })

  it('are found by the nearest place within reach', () => {
    const points: Point[] = [
      [0, 0, 0],
      [0.05, 0, 1],
      [1, 1, 0],
    ]
    assert.equal(pointAt(points, AXES, [0.04, 0]), 1)
    assert.equal(pointAt(points, AXES, [0.01, 0]), 0)
    assert.equal(pointAt(points, AXES, [0.5, 0.5]), -1)
    assert.equal(pointAt([], AXES, [0, 0]), -1)
  })

  it('do not change the range of the map within that of drawn data, and are inside of a larger one', () => {
    assert.deepEqual(inputsOf([[1.25, -1.25, 0]]), inputsOf([]))
    const [across, up] = inputsOf([[3, 1, 0]])
    assert.ok(across.max > 3 && across.min < -3)
    assert.deepEqual([up.min, up.max], [UP.min, UP.max])
  })

  it('are the rows of a drawn data set with two inputs and classes, with the same validation rows', () => {
    const made = makeDataSet(settingsWith().data)
    const points = ownPoints(made) as Point[]
    assert.equal(points.length, made.training.count + made.validation.count)
    const own = makeDataSet({ ...settingsWith().data, source: 'points', points })
    assert.equal(validationOf(points, own).filter(Boolean).length, own.validation.count)
    assert.equal(ownPoints(makeDataSet(settingsWith({ data: { source: 'plane' } }).data)), null)
    assert.equal(ownPoints(null), null)
    const wide: DataSet = { ...made, inputs: [...made.inputs, made.inputs[0]] }
    assert.equal(ownPoints(wide), null)
  })
})

describe('the texts of the pictures', () => {
  it('name stuck units from 1, and count those after the first four', () => {
    assert.deepEqual([[], [0], [0, 2, 3, 6], [0, 1, 2, 3, 4, 9]].map(namesOf), [
      '–',
      '1',
      '1, 3, 4, 7',
      '1, 2, 3, 4 + 2',
    ])
  })

  it('have a bar for each gradient, between 0 and 1', () => {
    assert.deepEqual([NaN, 0, 1e-9, 1e-8, 1e-4, 1, 100].map(gradientShare), [0, 0, 0, 0, 0.5, 1, 1])
  })

  it('have a scale of the spread that is at least the largest one', () => {
    const outputs = { loss: { name: 'hinge' }, activation: { name: 'tanh' }, count: 1, low: -1, high: 1 }
    const bound = (...spread: number[]) =>
      spreadBound({ outputs, output: { size: 1, mean: new Float32Array(1), spread: Float32Array.from(spread) } })
    assert.deepEqual([bound(0), bound(0.03), bound(0.3, 0.1), bound(NaN, 0.7)], [0.02, 0.05, 0.5, 1])
  })

  it('summarize the losses with their least values', () => {
    const series = (...mean: number[]) => {
      const values = Float64Array.from(mean)
      return { mean: values, low: values, high: values }
    }
    const losses = { epochs: Float64Array.of(1, 2, 3), training: series(0.5, 0.25, 0.3), validation: series() }
    const snapshot = { losses, accuracy: { training: 0.975, validation: null } }
    const text = summaryOf(snapshot as unknown as Parameters<typeof summaryOf>[0])
    assert.equal(text, 'Epoch 3. Training loss 0.300, least 0.250 in epoch 2. Accuracy: training 97.5 %.')
    assert.equal(summaryOf(null), 'There is no run.')
  })
})

describe('the accuracies of the curves', () => {
  it('are kept at a bounded number of epochs with the last one, until another run begins', () => {
    const series = new AccuracySeries()
    for (let epoch = 0; epoch < 5000; epoch++)
      series.add({ epoch, accuracy: { training: epoch / 5000, validation: null } })
    const [epochs, training, validation] = series.all()
    assert.ok(epochs.length > 200 && epochs.length <= 513)
    assert.deepEqual([epochs[0], epochs.at(-1)], [0, 4999])
    assert.deepEqual(
      training,
      epochs.map((epoch) => 100 * (epoch / 5000)),
    )
    assert.ok(validation.every(Number.isNaN))
    series.add({ epoch: 0, accuracy: { training: 0.5, validation: 0.25 } })
    assert.deepEqual(series.all(), [Float64Array.of(0), Float64Array.of(50), Float64Array.of(25)])
    series.add({ epoch: 0, accuracy: { training: null, validation: null } })
    assert.equal(series.all()[0].length, 0)
  })
})
