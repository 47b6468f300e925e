/** The metrics against scikit-learn's definitions, on small tables worked out by hand and on drawn ones. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { metrics } from 'lockstep-nn'
import { metricTable } from '#lib/metrics/table.js'
import { rowTests } from '../support/rows.js'

const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) <= 1e-12, `${actual}, expected ${expected}`)

/** One 1 a row. */
const oneHot = (classes: readonly number[], outputs: number): number[][] =>
  classes.map((at) => Array.from({ length: outputs }, (_, j) => Number(j === at)))

const actual = [0, 1, 2, 0, 1, 2]
const taken = [0, 2, 1, 0, 0, 1]

describe('metrics', () => {
  const row = rowTests()
  it('are all functions', () => {
    assert.deepEqual(Object.keys(metrics).sort(), Object.keys(metricTable).sort())
  })

  // scikit-learn's own example for these three.
  it('average precision, recall and f1 over classes', () => {
    const of = (name: 'precision' | 'recall' | 'f1', average: 'macro' | 'micro' | 'weighted') =>
      metrics[name](actual, oneHot(taken, 3), { average })
    close(of('precision', 'macro'), 2 / 9)
    close(of('precision', 'micro'), 1 / 3)
    close(of('precision', 'weighted'), 2 / 9)
    close(of('recall', 'macro'), 1 / 3)
    close(of('recall', 'micro'), 1 / 3)
    close(of('recall', 'weighted'), 1 / 3)
    close(of('f1', 'macro'), 0.8 / 3)
    close(of('f1', 'micro'), 1 / 3)
    close(of('f1', 'weighted'), 0.8 / 3)
    close(metrics.precision(actual, oneHot(taken, 3)), 2 / 9)
  })

  it('weigh classes by their rows', () => {
    const targets = [0, 0, 0, 1, 2]
    const predictions = oneHot([0, 0, 1, 1, 0], 3)
    // precision: 2/3, 1/2, 0; recall: 2/3, 1, 0
    close(metrics.precision(targets, predictions, { average: 'weighted' }), (3 * (2 / 3) + 1 / 2) / 5)
    close(metrics.recall(targets, predictions, { average: 'weighted' }), (3 * (2 / 3) + 1) / 5)
    close(metrics.f1(targets, predictions, { average: 'weighted' }), (3 * (2 / 3) + 2 / 3) / 5)
    close(metrics.f1(targets, predictions, { average: 'macro' }), (2 / 3 + 2 / 3) / 3)
  })

  it('leave out classes that nobody has, and count 0 of 0 as 0', () => {
    close(metrics.recall([0, 1], oneHot([0, 1], 4)), 1)
    close(metrics.precision([1, 1], [0, 0]), 0)
    close(metrics.recall([0, 0], [1, 1]), 0)
    close(metrics.f1([0, 0], [0, 0]), 0)
  })

  it('take class 1 of a single output, or both classes', () => {
    const [targets, predictions] = [
      [0, 1, 1, 1, 0],
      [0.2, 0.9, 0.5, 0.6, 0.8],
    ]
    close(metrics.accuracy(targets, predictions), 3 / 5)
    close(metrics.accuracy(targets, predictions, { threshold: 0.4 }), 4 / 5)
    close(metrics.precision(targets, predictions), 2 / 3)
    close(metrics.recall(targets, predictions, { average: 'binary' }), 2 / 3)
    close(metrics.recall(targets, predictions, { average: 'macro' }), (2 / 3 + 1 / 2) / 2)
    close(metrics.f1(targets, predictions, { threshold: 0.4 }), 6 / 7)
    assert.deepEqual([...metrics.confusionMatrix(targets, predictions)], [1, 1, 1, 2])
    close(metrics.accuracy([-1, 1], [-0.5, 0.1], { threshold: 0 }), 1)
  })

  it('compare classes however targets are given', () => {
    const predictions = Float64Array.of(0.5, 0.3, 0.2, 0.1, 0.1, 0.8, 0.4, 0.4, 0.2)
    for (const targets of [
      [0, 1, 0],
      [[0], [1], [0]],
      Float64Array.of(0, 1, 0),
      oneHot([0, 1, 0], 3),
      Float64Array.of(0.8, 0.2, 0, 0.3, 0.4, 0.3, 1, 0, 0),
    ]) {
      close(metrics.accuracy(targets, predictions, { outputs: 3 }), 2 / 3)
      assert.deepEqual([...metrics.confusionMatrix(targets, predictions, { outputs: 3 })], [2, 0, 0, 0, 0, 1, 0, 0, 0])
    }
  })

  it('tell accuracy of each output', () => {
    const [targets, predictions] = [
      [
        [0, 1],
        [1, 1],
      ],
      [
        [0.4, 0.6],
        [0.3, 0.2],
      ],
    ]
    close(metrics.binaryAccuracy(targets, predictions), 2 / 4)
    close(metrics.binaryAccuracy(targets, predictions, { threshold: 0.25 }), 2 / 4)
    close(metrics.binaryAccuracy(targets, predictions, { threshold: 0.1 }), 3 / 4)
  })

  // scikit-learn's own example for top_k_accuracy_score.
  it('look among the k largest, the last of equal ones first', () => {
    const scores = [
      [0.5, 0.2, 0.2],
      [0.3, 0.4, 0.2],
      [0.2, 0.4, 0.3],
      [0.7, 0.2, 0.1],
    ]
    close(metrics.topK([0, 1, 2, 2], scores, { k: 2 }), 0.75)
    close(metrics.topK([1, 2], scores.slice(0, 1).concat(scores.slice(0, 1)), { k: 2 }), 0.5)
    close(metrics.topK([0, 1, 2, 2], scores, { k: 3 }), 1)
  })

  it('count pairs in the right order for the area under the curve, equal ones a half', () => {
    close(metrics.rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 0.75)
    close(metrics.rocAuc([0, 1, 0, 1], [1, 1, 1, 1]), 0.5)
    assert.ok(Number.isNaN(metrics.rocAuc([1, 1], [0.1, 0.2])))
    assert.ok(Number.isNaN(metrics.rocAuc([0, 1, 1], oneHot([0, 1, 1], 3))))
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 9 })), { minLength: 2 }), (pairs) => {
        const areaOf = (kind: number): number => {
          const [ours, theirs] = [pairs.filter(([k]) => k === kind), pairs.filter(([k]) => k !== kind)]
          let sum = 0
          for (const [, a] of ours) for (const [, b] of theirs) sum += a > b ? 1 : a === b ? 0.5 : 0
          return sum / (ours.length * theirs.length)
        }
        const binary = metrics.rocAuc(
          pairs.map(([kind]) => Number(kind === 1)),
          pairs.map(([, value]) => value / 8),
        )
        const expected = areaOf(1)
        if (Number.isNaN(expected)) assert.ok(Number.isNaN(binary))
        else close(binary, expected)
        const several = metrics.rocAuc(
          pairs.map(([kind]) => kind),
          pairs.map(([kind, value]) => [value, kind === 1 ? 1 : 0, (value * 7) % 5]),
        )
        assert.equal(Number.isNaN(several), new Set(pairs.map(([kind]) => kind)).size < 3)
      }),
    )
  })

  it('measure errors', () => {
    // scikit-learn's examples.
    const [y, p] = [
      [3, -0.5, 2, 7],
      [2.5, 0, 2, 8],
    ]
    close(metrics.meanAbsoluteError(y, p), 0.5)
    close(metrics.rootMeanSquaredError(y, p), Math.sqrt(0.375))
    close(metrics.r2(y, p), 1 - 1.5 / 29.1875)
    const [ys, ps] = [
      [
        [0.5, 1],
        [-1, 1],
        [7, -6],
      ],
      [
        [0, 2],
        [-1, 2],
        [8, -5],
      ],
    ]
    close(metrics.meanAbsoluteError(ys, ps), 0.75)
    close(metrics.rootMeanSquaredError(ys, ps), (Math.sqrt(1.25 / 3) + 1) / 2)
    const spread = 0.5 ** 2 + 1 + 49 - 6.5 ** 2 / 3
    close(metrics.r2(ys, ps), (1 - 1.25 / spread + (1 - 3 / (38 - 16 / 3))) / 2)
  })

  it('say of equal targets whether all were right, and nothing of one row', () => {
    assert.equal(metrics.r2([2, 2], [2, 2]), 1)
    assert.equal(metrics.r2([2, 2], [2, 3]), 0)
    assert.ok(Number.isNaN(metrics.r2([2], [2])))
  })

  const wrong: readonly [string, () => unknown, string, string][] = [
    [
      'a misspelled option',
      () => metrics.topK([0], [[1, 0]], { K: 1 } as never),
      'TypeError',
      'Unknown option "K" in the options of topK. Did you mean "k"? Known: outputs, k.',
    ],
    [
      'too large a k',
      () => metrics.topK([0], [[1, 0]]),
      'RangeError',
      'Expected an integer from 1 to the 2 outputs for topK.k but received 5 of type number. Give a smaller k.',
    ],
    [
      'one class of several',
      () => metrics.f1([0], [[1, 0]], { average: 'binary' }),
      'RangeError',
      'Expected an average over the 2 classes for f1.average but received "binary" of type string. ' +
        "Give 'macro', 'micro' or 'weighted'.",
    ],
    [
      'an unknown average',
      () => metrics.f1([0], [[1, 0]], { average: 'makro' as never }),
      'RangeError',
      'Expected one of the known words for f1.average but received "makro" of type string. ' +
        'Did you mean "macro"? Known: auto, binary, macro, micro, weighted.',
    ],
    [
      'a class that there is not',
      () => metrics.accuracy([2], [[1, 0]]),
      'RangeError',
      'Expected a class index from 0 to 1 for targets[0] but received 2 of type number.',
    ],
    [
      'more targets than predictions',
      () => metrics.accuracy([0, 1], [0.5]),
      'RangeError',
      'Expected 1 rows, as many as predictions have, for targets but received 2.',
    ],
    [
      'NaN',
      () => metrics.r2([0, 1], [0.5, Number.NaN]),
      'RangeError',
      'Expected a finite number for predictions[1][0] but received NaN of type number. Remove or fill in such rows first.',
    ],
    [
      'outputs that do not fit',
      () => metrics.r2(Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 3), { outputs: 2 }),
      'RangeError',
      'Expected rows of 2 values (outputs) for predictions but received a Float64Array of length 3.',
    ],
  ]
  for (const [title, call, name, message] of wrong) {
    row('refuse wrong targets and predictions, by name', title, () => assert.throws(call, { name, message }))
  }
})
