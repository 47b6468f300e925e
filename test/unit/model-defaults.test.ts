import { deepEqual, equal, ok } from 'node:assert/strict'
import { Ensemble, Trainer } from 'lockstep-nn'
import { defaultsFor, type FitDefaults } from '#lib/data/model/defaults.js'

const COUNTS = [1, 2, 10, 24, 31, 32, 33, 60, 275, 999, 1000, 1001, 1999, 2000, 4999, 5000, 10_000, 1e5, 1e6, 2 ** 24]

const steps = (records: number, { fit: { batchSize, epochs } }: FitDefaults): number =>
  Math.ceil(records / (batchSize as number)) * epochs

describe('the defaults of a training by the number of records', () => {
  it('are those that were measured', () => {
    const of = (records: number) => {
      const { fit, members, validation, scaler, earlyStopping } = defaultsFor(records)
      return [fit.batchSize, fit.epochs, members, validation, typeof scaler, earlyStopping.patience]
    }
    deepEqual(of(275), [32, 64, 8, null, 'object', 16])
    deepEqual(of(1168), [64, 128, 4, 0.1, 'string', 32])
    deepEqual(of(5000), [64, 80, 4, 0.1, 'string', 20])
    deepEqual(of(8000), [64, 50, 4, 0.1, 'string', 13])
  })

  it('make at least 300 steps, and of large tables at least 10 epochs', () => {
    for (const records of COUNTS) {
      const defaults = defaultsFor(records)
      ok(steps(records, defaults) >= 300, `${records} records`)
      ok(defaults.fit.epochs >= 10, `${records} records`)
    }
  })

  it('see each record in fewer epochs the more records there are, except that validation makes more of them safe', () => {
    for (const [i, records] of COUNTS.entries()) {
      if (i === 0) continue
      const [fewer, more] = [defaultsFor(COUNTS[i - 1]), defaultsFor(records)]
      ok((more.fit.batchSize as number) >= (fewer.fit.batchSize as number), `${records} records`)
      if (more.validation === fewer.validation) ok(more.fit.epochs <= fewer.fit.epochs, `${records} records`)
      else ok(more.fit.epochs > fewer.fit.epochs, `${records} records`)
    }
  })

  it('keep records for validation from 1,000 on only', () => {
    for (const records of COUNTS) equal(defaultsFor(records).validation, records < 1000 ? null : 0.1)
  })

  it('are options that a trainer takes', () => {
    for (const records of COUNTS) {
      const { hidden, trainer, members, earlyStopping, fit: all } = defaultsFor(records)
      const { validatedEpochs, ...fit } = all
      equal(validatedEpochs, fit.epochs)
      const seeds = Array.from({ length: members }, (_, i) => i)
      const ensemble = new Ensemble({ inputs: 2, layers: [...hidden, { units: 1 }], seeds })
      const x = Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1)
      const y = Float64Array.of(0, 1, 1, 0)
      new Trainer(ensemble, { loss: 'meanSquaredError', ...trainer }).check(x, y, {
        ...fit,
        validationData: [x, y],
        earlyStopping,
      })
    }
  })
})
