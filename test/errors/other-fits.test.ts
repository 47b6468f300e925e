/** A fit that finds the checkpoint of another fit: an error that names what differs. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { argumentsOf, type FitCase, trainerOf } from '../support/fit-cases.js'
import { folderOf } from '../support/folder.js'
import { BASE, interruptedAt, NEVER_STOPS, refused } from '../support/interrupted-fits.js'
import { rowTests } from '../support/rows.js'

describe('the checkpoint', () => {
  const root = folderOf()
  let last = 0
  const newPath = () => join(root(), `${last++}.ckpt`)

  const row = rowTests()
  const validation = argumentsOf(BASE)[2].validationData as { x: Float64Array; y: Float64Array }
  const changed = (values: Float64Array) => values.with(0, values[0] + 2 ** -50)
  const changing = (change: object): [FitCase, object] => [BASE, change]
  const other = (change: Partial<FitCase>): [FitCase, object] => [{ ...BASE, ...change }, {}]
  const differences: Readonly<Record<string, [name: string, given: FitCase, change: object]>> = {
    'another width': [
      'layers\\[0\\]\\.units: the checkpoint has 2, this fit has 3',
      ...other({ hidden: [{ units: 3, activation: 'tanh' }] }),
    ],
    'another activation': ['layers\\[0\\]\\.activation', ...other({ hidden: [{ units: 2, activation: 'relu' }] })],
    'a penalty': [
      'layers\\[0\\]\\.l2: the checkpoint has (0|nothing), this fit has 0\\.1',
      ...other({ hidden: [{ units: 2, activation: 'tanh', l2: 0.1 }] }),
    ],
    'an ensemble': [
      'model: the checkpoint has "network", this fit has "ensemble"',
      ...other({ optimizer: 'adam', members: [0.05, 0.02] }),
    ],
    'another threshold of the schedule': [
      'schedule\\.threshold: the checkpoint has 0\\.0001, this fit has 0\\.1',
      ...other({ schedule: { name: 'reduceOnPlateau', patience: 2, threshold: 0.1 } }),
    ],
    'another layer': [
      'layers: the checkpoint has 2, this fit has 3',
      ...other({ hidden: [...BASE.hidden, { type: 'dropout', rate: 0.1 }] }),
    ],
    'another optimizer': [
      'optimizer: the checkpoint has "adam", this fit has "rmsprop"',
      ...other({ optimizer: 'rmsprop' }),
    ],
    'another option of the optimizer': [
      'optimizer\\.learningRate: the checkpoint has 0\\.05, this fit has 0\\.04',
      ...other({ optimizer: { name: 'adam', learningRate: 0.04 } }),
    ],
    'another schedule': [
      'schedule: the checkpoint has "reduceOnPlateau", this fit has "cosine"',
      ...other({ schedule: 'cosine' }),
    ],
    'no schedule': ['schedule: .* this fit has null', ...other({ schedule: undefined })],
    'no metrics': [
      'metrics: the checkpoint has "accuracy, rootMeanSquaredError", this fit has ""',
      ...other({ hasMetrics: false }),
    ],
    'more rows': ['rows: the checkpoint has 9, this fit has 10', ...other({ rows: 10 })],
    'other sample weights': [
      'sampleWeight: .* other values',
      ...changing({ sampleWeight: new Float64Array(9).fill(0.5) }),
    ],
    'no sample weights': ['sampleWeight: .* this fit has null', ...changing({ sampleWeight: undefined })],
    'class weights': ['sampleWeight: .* other values', ...changing({ classWeight: { 1: 3 } })],
    'other validation samples': [
      'validation\\.x: .* other values',
      ...changing({ validationData: { ...validation, x: changed(validation.x) } }),
    ],
    'other validation targets': [
      'validation\\.y: .* other values',
      ...changing({ validationData: { ...validation, y: changed(validation.y) } }),
    ],
    'validation weights': [
      'validation\\.sampleWeight: the checkpoint has null',
      ...changing({ validationData: { ...validation, sampleWeight: new Float64Array(9).fill(0.5) } }),
    ],
    'a split': [
      'rows: the checkpoint has 9, this fit has 7',
      ...changing({ validationData: undefined, validationSplit: 0.2 }),
    ],
    'other early stopping': [
      'earlyStopping\\.patience: the checkpoint has 6, this fit has 7',
      ...changing({ earlyStopping: { patience: 7 } }),
    ],
    'no early stopping': [
      'earlyStopping: the checkpoint has true, this fit has false',
      ...changing({ earlyStopping: undefined }),
    ],
    'another batch size': ['batchSize: the checkpoint has 4, this fit has 3', ...changing({ batchSize: 3 })],
    'another last batch': [
      'lastBatch: the checkpoint has "merge", this fit has "keep"',
      ...changing({ lastBatch: 'keep' }),
    ],
    'no shuffle': ['shuffle: the checkpoint has true, this fit has false', ...changing({ shuffle: false })],
    'another seed': ['seed: the checkpoint has 5, this fit has 6', ...changing({ seed: 6 })],
    'more epochs': ['epochs: the checkpoint has 6, this fit has 7', ...changing({ epochs: 7 })],
    'another first epoch': ['initialEpoch: the checkpoint has 0, this fit has 1', ...changing({ initialEpoch: 1 })],
  }
  for (const [title, [name, given, change]] of Object.entries(differences)) {
    row('of another fit is an error that names what differs, and changes nothing', title, async () => {
      const path = newPath()
      interruptedAt(BASE, path, 1, 3)
      await refused(trainerOf(given), given, path, new RegExp(`is of another training\\. ${name}`), change)
    })
  }
  row('of another fit is an error that names what differs, and changes nothing', 'no validation', async () => {
    const path = newPath()
    interruptedAt({ ...NEVER_STOPS, schedule: undefined }, path, 1, 3)
    const given = { ...NEVER_STOPS, schedule: undefined, isValidated: false }
    await refused(trainerOf(given), given, path, /validation\.rows: the checkpoint has 9, this fit has 0/)
    const without = newPath()
    interruptedAt(given, without, 1, 3)
    const again = { ...given, isValidated: true }
    await refused(trainerOf(again), again, without, /validation\.rows: the checkpoint has 0, this fit has 9/)
  })
  row('of another fit is an error that names what differs, and changes nothing', 'samples and targets', async () => {
    const path = newPath()
    interruptedAt(BASE, path, 1, 3)
    const [x, y, options] = argumentsOf(BASE)
    const trainer = trainerOf(BASE)
    const all = { ...options, checkpoint: { path } }
    assert.throws(() => trainer.fitSync(changed(x), y, all), /another training\. x: the checkpoint is of other values/)
    assert.throws(() => trainer.fitSync(x, changed(y), all), /another training\. y: the checkpoint is of other values/)
  })
  row('of another fit is an error that names what differs, and changes nothing', 'start parameters', async () => {
    const path = newPath()
    interruptedAt(BASE, path, 1, 3)
    const trainer = trainerOf(BASE)
    trainer.network.parameters[0] += 0.1
    await refused(trainer, BASE, path, /another training\. parameters: the checkpoint is of other values/)
  })
})
