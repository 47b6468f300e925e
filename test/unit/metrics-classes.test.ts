/** What the functions in `metrics` take for the classes of a single output: 0 and 1, -1 and 1, or class numbers. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { metrics } from 'lockstep-nn'

const FOR_NUMBERS = 'for numbers, use meanAbsoluteError, rootMeanSquaredError or r2.'
const ROWS = 'pass a row of probabilities for each prediction, one for each class'
const BINARY = ['accuracy', 'binaryAccuracy', 'precision', 'recall', 'f1'] as const

const refuses = (call: () => unknown, message: string, name = 'RangeError'): void =>
  assert.throws(call, { name, message })

describe('metrics of class numbers', () => {
  // scikit-learn: accuracy_score, f1_score(average='macro'), confusion_matrix.
  it('compare the numbers where targets and predictions have them', () => {
    assert.equal(metrics.accuracy([0, 1, 2], [0, 1, 1]), 2 / 3)
    assert.equal(metrics.f1([0, 1, 2, 2], [0, 2, 1, 1], { average: 'macro' }), 1 / 3)
    assert.equal(metrics.f1([0, 1, 2, 2], [0, 2, 1, 1]), 1 / 3)
    assert.deepEqual(metrics.confusionMatrix([0, 1, 2, 2], [0, 2, 1, 1]), Float64Array.of(1, 0, 0, 0, 0, 1, 0, 2, 0))
    assert.equal(metrics.accuracy(Float64Array.of(2, 1), [[2], [0]]), 1 / 2)
    // A class above 1 among the predictions alone.
    assert.equal(metrics.accuracy([0, 1, 1], [0, 2, 1]), 2 / 3)
  })

  it('stay two classes where all numbers are 0 or 1, or predictions are not whole', () => {
    assert.equal(metrics.recall([1, 0, 0], [0, 0, 1]), 0)
    assert.equal(metrics.accuracy([0, 1, 1], [-3, 2.5, 0.25]), 2 / 3)
    // With a threshold, whole predictions are values.
    assert.equal(metrics.accuracy([0, 1, 1], [0, 2, 1], { threshold: 0.5 }), 1)
    assert.equal(metrics.rocAuc([0, 1, 1], [1, 5, 0]), 1 / 2)
  })

  it('give what rows with a 1 for the class give, for drawn numbers', () => {
    const pair = fc.integer({ min: 3, max: 6 }).chain((classes) => {
      const numbers = fc.array(fc.nat({ max: classes - 1 }), { minLength: 4, maxLength: 4 })
      return fc.record({ classes: fc.constant(classes), targets: numbers, predictions: numbers })
    })
    fc.assert(
      fc.property(pair, ({ classes, targets, predictions }) => {
        const [y, p] = [
          [classes - 1, ...targets],
          [0, ...predictions],
        ]
        const rows = p.map((at) => Array.from({ length: classes }, (_, j) => Number(j === at)))
        assert.equal(metrics.accuracy(y, p), metrics.accuracy(y, rows))
        assert.deepEqual(metrics.confusionMatrix(y, p), metrics.confusionMatrix(y, rows))
        for (const average of ['macro', 'micro', 'weighted'] as const) {
          for (const name of ['precision', 'recall', 'f1'] as const) {
            assert.equal(metrics[name](y, p, { average }), metrics[name](y, rows, { average }), `${name}, ${average}`)
          }
        }
      }),
    )
  })

  it('have a limit, and a lower one for the matrix', () => {
    assert.equal(metrics.accuracy([2 ** 20 - 1, 0], [2 ** 20 - 1, 2]), 1 / 2)
    refuses(
      () => metrics.accuracy([0, 2 ** 20], [0, 2]),
      'Expected a class number from 0 to 1048575 for targets[1] but received 1048576 of type number.',
    )
    refuses(
      () => metrics.confusionMatrix([0, 1], [0, 10_000]),
      'Expected at most 10000 classes for confusionMatrix but received 10001. ' +
        'A larger matrix does not fit in memory: number the classes from 0 without gaps, or use another metric.',
    )
  })

  it('are refused where a metric needs values, or options have no effect', () => {
    refuses(
      () => metrics.rocAuc([0, 1, 2], [0, 1, 1]),
      `Expected the class 0 (or -1) or 1 for targets[2] but received 2 of type number. rocAuc compares classes. For more than two, ${ROWS}; ${FOR_NUMBERS}`,
    )
    refuses(
      () => metrics.topK([0, 1, 2], [0, 1, 1], { k: 1 }),
      'Expected at least 2 outputs for topK but received 1. topK needs a prediction for each class. For one output, use accuracy.',
    )
    refuses(
      () => metrics.binaryAccuracy([0, 1, 2], [0, 1, 1]),
      `Expected the class 0 (or -1) or 1 for targets[2] but received 2 of type number. binaryAccuracy compares classes. For more than two, use accuracy; ${FOR_NUMBERS}`,
    )
    refuses(
      () => metrics.f1([0, 1, 2], [0, 1, 1], { average: 'binary' }),
      'Expected an average over the 3 classes for f1.average but received "binary" of type string. ' +
        "Give 'macro', 'micro' or 'weighted'.",
    )
    refuses(
      () => metrics.accuracy([0, 1, 2], [0, 1, 1], { threshold: 0.5 }),
      'Expected nothing for accuracy.threshold but received 0.5 of type number. It has no effect on class numbers: leave it out.',
      'TypeError',
    )
  })
})

describe('targets of a single output', () => {
  it('are refused by name where they are no class', () => {
    const expected = 'Expected the class 0 (or -1) or 1 for targets'
    const several = `${ROWS}, or class numbers for targets and predictions`
    const own = 'accuracy compares classes.'
    for (const [targets, predictions, message] of [
      [
        [0, 1, 2],
        [0.1, 0.9, 0.8],
        `${expected}[2] but received 2 of type number. ${own} For more than two, ${several}; ${FOR_NUMBERS}`,
      ],
      [
        [1, 0.9],
        [0.1, 0.9],
        `${expected}[1] but received 0.9 of type number. ${own} Round probabilities to 0 or 1; ${FOR_NUMBERS}`,
      ],
      [[-3.5, 1], [0.1, 0.9], `${expected}[0] but received -3.5 of type number. ${own} F${FOR_NUMBERS.slice(1)}`],
      [
        [0, 1, -1],
        [0.1, 0.9, 0.1],
        `Expected the class -1 or 1, as there are targets of -1, for targets[0] but received 0 of type number. ${own} F${FOR_NUMBERS.slice(1)}`,
      ],
    ] as const) {
      refuses(() => metrics.accuracy(targets, predictions), message)
    }
  })

  it('are never silently class 1: any drawn value but the classes is refused', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(...BINARY), (value, name) => {
        const call = () => metrics[name]([1, value], [0.25, 0.75])
        if ([0, 1, -1].includes(value)) call()
        else assert.throws(call, /^RangeError: Expected the class .* for targets\[1\] but received /)
      }),
    )
  })

  // By hand: every sign is right.
  it('of -1 and 1 are compared with the sign of predictions, unless a threshold is given', () => {
    const [targets, predictions] = [
      [-1, 1, 1, -1],
      [-0.2, 0.1, 0.3, -4],
    ]
    for (const name of BINARY) assert.equal(metrics[name](targets, predictions), 1, name)
    assert.equal(metrics.rocAuc(targets, predictions), 1)
    assert.deepEqual(metrics.confusionMatrix(targets, predictions), Float64Array.of(2, 0, 0, 2))
    // Above 0.2: row 2 alone.
    assert.equal(metrics.accuracy(targets, predictions, { threshold: 0.2 }), 3 / 4)
    assert.equal(metrics.recall(targets, predictions, { threshold: 0.2 }), 1 / 2)
    // Without a -1 they are targets of 0 and 1.
    assert.equal(metrics.accuracy([1, 1], [0.3, 0.7]), 1 / 2)
  })

  it('of -1 and 1 give what 0 and 1 give with the threshold 0, for drawn predictions', () => {
    const rows = fc.array(fc.tuple(fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true })), { minLength: 1 })
    fc.assert(
      fc.property(rows, (drawn) => {
        const ones = [false, ...drawn.map(([one]) => one)]
        const predictions = [-1, ...drawn.map(([, value]) => value)]
        for (const name of BINARY) {
          const signs = metrics[name](
            ones.map((one) => (one ? 1 : -1)),
            predictions,
          )
          assert.equal(signs, metrics[name](ones.map(Number), predictions, { threshold: 0 }), name)
        }
      }),
    )
  })
})

describe('targets of several outputs', () => {
  // By hand: three of the four signs are right.
  it('of -1 and 1 have the threshold 0 in binaryAccuracy', () => {
    const targets = [
      [-1, 1],
      [1, -1],
    ]
    const predictions = [
      [-0.1, 0.4],
      [0.2, 0.3],
    ]
    assert.equal(metrics.binaryAccuracy(targets, predictions), 3 / 4)
    assert.equal(metrics.binaryAccuracy(targets, predictions, { threshold: 0.35 }), 3 / 4)
    refuses(
      () => metrics.binaryAccuracy([[0.5, 1]], [[0.2, 0.4]]),
      `Expected the class 0 (or -1) or 1 for targets[0][0] but received 0.5 of type number. binaryAccuracy compares classes. Round probabilities to 0 or 1; ${FOR_NUMBERS}`,
    )
  })

  it('have the class of their one largest value, the first of equal probabilities', () => {
    assert.equal(
      metrics.accuracy(
        [
          [3.5, -2],
          [0.5, 0.5],
        ],
        [
          [0.9, 0.1],
          [0.8, 0.2],
        ],
      ),
      1,
    )
    for (const row of [
      [1, 1, 0],
      [0, 0, 0],
      [-1, -1, -1],
    ]) {
      const ties = row.filter((value) => value === row[0]).length
      refuses(
        () =>
          metrics.accuracy(
            [[0, 0, 1], row],
            [
              [0.1, 0.1, 0.8],
              [0.8, 0.1, 0.1],
            ],
          ),
        `Expected a row with one largest value, its class, for targets[1] but received one in which ${ties} values are ${row[0]}. ` +
          'accuracy uses the index of the largest value as the class. For several classes per row, use binaryAccuracy.',
      )
    }
  })
})

describe('r2 of equal targets', () => {
  // By hand. The mean of three times 0.1 is 0.10000000000000002, which is no spread.
  it('is 1 or 0 though their mean is rounded', () => {
    assert.equal(metrics.r2([0.1, 0.1, 0.1], [0.1, 0.1, 0.2]), 0)
    assert.equal(metrics.r2([0.1, 0.1, 0.1], [0.1, 0.1, 0.1]), 1)
  })
})
