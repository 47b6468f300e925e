/** The arguments of `diagnose` that are refused before any work. */
import assert from 'node:assert/strict'
import { Ensemble, Trainer } from 'lockstep-nn'
import { diagnose } from 'lockstep-nn/data'
import { rowTests } from '../support/rows.js'
import { curve, normalRows, REGRESSION, THREE, trainerOf } from '../support/set-ups.js'

const x = normalRows(6, 4)
const y = curve(x)
const ensemble = new Ensemble({ inputs: 4, layers: REGRESSION, seeds: [1, 2] })
const ensembleTrainer = new Trainer(ensemble, { loss: 'meanSquaredError', optimizer: 'adam' })

const refused: Readonly<Record<string, readonly [given: unknown[], message: RegExp]>> = {
  'no trainer': [[{}, x, y], /^TypeError: Expected a Trainer for trainer but received an object\.$/],
  'an ensemble': [
    [ensembleTrainer, x, y],
    /^TypeError: Expected the trainer of a Network for trainer .*diagnose\(new Trainer\(ensemble\.members\[0\]/,
  ],
  'rows of another length': [[trainerOf(), x.map((row) => row.slice(1)), y], /^RangeError: Expected a row of 4 values/],
  'a flat array of another length': [[trainerOf(), new Float64Array(7), y], /^RangeError: Expected rows of 4 values/],
  'no rows': [[trainerOf(), [], []], /^RangeError: Expected at least one row for x but received none\.$/],
  'samples that are no rows': [[trainerOf(), 'x', y], /^TypeError: Expected a Float64Array or an array of rows for x/],
  'a text in a row': [[trainerOf(), [['1', 2, 3, 4]], [1]], /^TypeError: Expected a number for x\[0\]\[0\]/],
  'fewer targets': [
    [trainerOf(), x, y.slice(1)],
    /^RangeError: Expected 6 rows, as many as x has, for y but received 5\.$/,
  ],
  'more flat targets': [
    [trainerOf(), x, new Float64Array(7)],
    /^RangeError: Expected 6 rows, as many as x has, for y but received 7\.$/,
  ],
  'targets of two columns for three outputs': [
    [trainerOf({ layers: THREE }), x, x.map(([a, b]) => [a, b])],
    /^RangeError: Expected a row of 3 values \(the units of the last layer\) for y\[0\]/,
  ],
  'an unknown option': [
    [trainerOf(), x, y, { colums: [] }],
    /^TypeError: Unknown option "colums".*Did you mean "columns"\?/,
  ],
  'fewer names than columns': [
    [trainerOf(), x, y, { columns: ['a'] }],
    /^RangeError: Expected a name for each of 4 inputs of the network for columns but received 1\.$/,
  ],
  'a name that is no text': [
    [trainerOf(), x, y, { columns: ['a', 'b', 3, 'd'] }],
    /^TypeError: Expected a name for columns\[2\]/,
  ],
  'columns that are no array': [
    [trainerOf(), x, y, { columns: 'abcd' }],
    /^TypeError: Expected an array of names for columns/,
  ],
  'validation data of one part': [
    [trainerOf(), x, y, { validationData: [x] }],
    /^RangeError: Expected \[x, y\] for validationData/,
  ],
  'validation data that is none': [
    [trainerOf(), x, y, { validationData: 0.2 }],
    /^TypeError: Expected \[x, y\] or \{ x, y, sampleWeight \}/,
  ],
  'validation rows of another length': [
    [trainerOf(), x, y, { validationData: [x.map((row) => row.slice(1)), y] }],
    /^RangeError: Expected a row of 4 values .* for validationData\.x\[0\]/,
  ],
  'fewer validation targets': [
    [trainerOf(), x, y, { validationData: { x, y: y.slice(1) } }],
    /^RangeError: Expected 6 rows, as many as validationData\.x has, for validationData\.y/,
  ],
  'a weight below 0': [
    [trainerOf(), x, y, { classWeight: { 1: -1 } }],
    /^RangeError: Expected a finite number of at least 0 for classWeight\[1\]/,
  ],
  'a weight of no class': [
    [trainerOf(), x, y, { classWeight: { 2: 1 } }],
    /^TypeError: Unknown option "2" in classWeight/,
  ],
  'fewer weights': [[trainerOf(), x, y, { classWeight: [1] }], /^RangeError: Expected a weight for each of 2 classes/],
  'no row': [[trainerOf(), x, y, { rows: 0 }], /^RangeError: Expected an integer from 1 to \d+ for rows/],
  'a fractional batch': [
    [trainerOf(), x, y, { batchSize: 1.5 }],
    /^RangeError: Expected an integer from 1 to \d+ for batchSize/,
  ],
  'a seed below 0': [[trainerOf(), x, y, { seed: -1 }], /^RangeError: Expected an integer from 0 to \d+ for seed/],
}

describe('diagnose', () => {
  const row = rowTests()
  for (const [name, [given, message]] of Object.entries(refused)) {
    row('refuses wrong arguments with what was expected', name, () => {
      assert.throws(
        () => diagnose(...(given as Parameters<typeof diagnose>)),
        (error) => message.test(String(error)) || assert.fail(String(error)),
      )
    })
  }

  it('diagnoses few and strange rows without an exception', () => {
    const huge = x.map((one) => one.map((value) => value * 1e300))
    for (const samples of [x.slice(0, 1), x.slice(0, 2), x.map(() => x[0]), huge, x.map((one) => one.map(() => 0))]) {
      const targets = y.slice(0, samples.length)
      for (const layers of [REGRESSION, [{ units: 4 }, { type: 'batchNormalization' as const }, ...REGRESSION]]) {
        for (const values of [targets, targets.map((value) => value * 1e200), targets.map(() => 1)]) {
          const { findings, text } = diagnose(trainerOf({ layers }), samples, values)
          assert.ok(findings.length > 0, text)
        }
      }
    }
  })
})
