/** The table of a study's trials, and the short texts of its values. */
import assert from 'node:assert/strict'
import { integer, logUniform, choice as parameter, uniform as uniformly } from 'lockstep-nn/search'
import { choiceLabels, labelOf, shortNames } from '#lib/search/study/labels.js'
import { studyTable } from '#lib/search/study/table.js'
import { rowTests } from '../support/rows.js'
import { choice, drawnStudy, spaceOf, trialOf, uniform } from '../support/studies.js'

describe('the table of a study', () => {
  it('has a row for each trial: number, state, value, epochs and parameters', () => {
    const space = spaceOf(choice('layers', [{ units: 4, activation: 'tanh' }, { units: 1 }], 'none'), uniform('rate'))
    const trials = [
      trialOf(0, { layers: 0, rate: 0.123456789 }, 0.5),
      trialOf(1, { layers: 1 }, 0.75, { state: 'pruned', epochs: 3 }),
      trialOf(2, { layers: 1, rate: 1 }, null, { epochs: 0 }),
    ]
    assert.deepEqual(studyTable({ space, trials }), [
      { number: 0, state: 'complete', value: 0.5, epochs: 10, layers: '4 tanh → 1', rate: 0.123456789 },
      { number: 1, state: 'pruned', value: 0.75, epochs: 3, layers: 'none', rate: null },
      { number: 2, state: 'failed', value: null, epochs: 0, layers: 'none', rate: 1 },
    ])
  })

  it('has the same columns in every row', () => {
    const [first, ...others] = studyTable(drawnStudy(40)).map((row) => Object.keys(row))
    for (const keys of others) assert.deepEqual(keys, first)
  })

  it('keeps parameters apart that have the name of another column', () => {
    const trials = [trialOf(0, { epochs: 0.25, __proto__: 0 }, 1)]
    assert.deepEqual(studyTable({ space: spaceOf(uniform('epochs')), trials }), [
      { number: 0, state: 'complete', value: 1, epochs: 10, 'epochs (parameter)': 0.25 },
    ])
  })
})

describe('short texts', () => {
  const row = rowTests()
  const circle: unknown[] = []
  circle.push(circle)
  const labels: readonly [value: unknown, label: string][] = [
    ['relu', 'relu'],
    [16, '16'],
    [1e-4, '0.0001'],
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    [12n, '12'],
    [[], '[]'],
    [[1, 'a'], '[1, a]'],
    [[{ units: 16, activation: 'relu' }, { units: 1 }], '16 relu → 1'],
    [[{ units: 8, dropout: 0.5 }], '8 dropout 0.5'],
    [[{ units: 8 }, { rate: 0.2, type: 'dropout' }, { units: 1 }], '8 → dropout rate 0.2 → 1'],
    [{ learningRate: 0.01, name: 'adam', decay: undefined }, 'adam, learningRate 0.01'],
    [[{ units: integer(2, 8), activation: parameter(['tanh', 'relu']) }, { units: 1 }], '2…8 tanh|relu → 1'],
    [{ decay: logUniform(0.1, 1), rate: uniformly(0, 2) }, 'decay 0.1…1, rate 0…2'],
    [parameter([1, 2, 3, 4, 5]), 'one of 5'],
    [parameter([parameter([parameter([parameter([parameter([1])])])])]), '…'],
    [new Float64Array(3), 'Float64Array of 3'],
    [Math.max, 'max'],
    [() => 0, 'a function'],
    [circle, '[[[[…]]]]'],
    ['a'.repeat(60), `${'a'.repeat(40)}…`],
  ]
  for (const [value, label] of labels) {
    row('say what a value is', label, () => assert.equal(labelOf(value), label))
  }

  it('of layers have the options that tell them apart', () => {
    const layer = { weightsInitializer: 'heNormal', units: 8, activation: 'relu' }
    const dropout = { type: 'dropout', rate: 0.2 }
    assert.deepEqual(choiceLabels([[layer], [layer, dropout], [layer, layer]]), [
      '8 relu',
      '8 relu → dropout rate 0.2',
      '8 relu → 8 relu',
    ])
    assert.deepEqual(choiceLabels([[layer], [{ ...layer, weightsInitializer: 'zeros' }]]), [
      '8 relu weightsInitializer heNormal',
      '8 relu weightsInitializer zeros',
    ])
  })

  it('are numbered where those of a choice would be equal', () => {
    assert.deepEqual(choiceLabels(['a', 'b', 'a', '', 1, '1']), ['0: a', 'b', '2: a', '(empty)', '4: 1', '5: 1'])
  })

  const names: readonly [names: readonly string[], short: readonly string[]][] = [
    [
      ['trainer.optimizer.learningRate', 'fit.batchSize'],
      ['learningRate', 'batchSize'],
    ],
    [
      ['network.layers.0.units', 'network.layers.1.units', 'network.layers'],
      ['layers.0.units', 'layers.1.units', 'layers'],
    ],
    [
      ['a.rate', 'b.rate', 'rate'],
      ['a.rate', 'b.rate', 'rate'],
    ],
    [['layers.0'], ['layers.0']],
    [['0'], ['0']],
    [[], []],
  ]
  for (const [given, short] of names) {
    row('of names are their ends where these are different', String(given), () =>
      assert.deepEqual(shortNames(given), short),
    )
  }
})
