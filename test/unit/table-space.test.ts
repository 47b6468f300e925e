/** tableSpace: the space of a table where the caller has none. */
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { Model } from 'lockstep-nn/data'
import { search, tableSpace } from 'lockstep-nn/search'
import { defaultsFor } from '#lib/data/model/defaults.js'
import { readSpace } from '#lib/search/space/read-space.js'
import { randomOf } from '../support/studies.js'

const random = randomOf(3)
const records = Array.from({ length: 60 }, () => {
  const [a, b] = [random(), random()]
  return { a, b, c: a > b ? 'yes' : 'no' }
})

interface Options {
  hidden: { units?: number; type?: string }[]
  trainer: { optimizer: { learningRate: number; weightDecay: number } }
  fit: { batchSize: number; epochs: number }
}

/** All options that a choice of each parameter and the ends of the ranges give. */
function optionsOf(rows: number): Options[] {
  const { parameters, resolve } = readSpace(tableSpace({ target: 'c', records: rows }), 'space')
  return [0, 1, 2, 3, 4, 5].flatMap((i) =>
    ['low', 'high'].map((end) => {
      const draw = parameters.map(({ name, distribution }) => [
        name,
        distribution.kind === 'choice' ? i % distribution.values.length : distribution[end as 'low' | 'high'],
      ])
      return (resolve(Object.fromEntries(draw)) as { model: Options }).model
    }),
  )
}

describe('tableSpace', () => {
  it('has the network, the optimizer and the batch size of Model.fit among its values, at any number of records', () => {
    for (const rows of [10, 999, 1000, 3000, 100_000]) {
      const { hidden, trainer, fit } = defaultsFor(rows)
      const all = optionsOf(rows)
      assert.ok(all.some((one) => isDeepStrictEqual({ ...one.hidden }, { ...hidden })))
      assert.ok(all.some((one) => one.fit.batchSize === fit.batchSize))
      assert.ok(all.every((one) => one.fit.epochs === fit.validatedEpochs))
      const { learningRate, weightDecay } = trainer.optimizer as unknown as Record<string, number>
      const rates = all.map((one) => one.trainer.optimizer)
      assert.ok(
        rates.some((one) => one.learningRate < learningRate) && rates.some((one) => one.learningRate > learningRate),
      )
      assert.ok(
        rates.some((one) => one.weightDecay < weightDecay) && rates.some((one) => one.weightDecay > weightDecay),
      )
    }
  })

  it('has layers of several widths and depths, with and without dropout', () => {
    const shapes = new Set(optionsOf(60).map(({ hidden }) => hidden.map(({ units, type }) => units ?? type).join(' ')))
    assert.deepEqual(
      [...shapes],
      ['32', '32 32', '64 64', '32 32 32', '32 dropout 32 dropout', '64 dropout 64 dropout'],
    )
  })

  it('counts the records with a target', () => {
    const missing = Array.from({ length: 1000 }, (_, i) => ({
      ...records[i % 60],
      c: i === 0 ? null : records[i % 60].c,
    }))
    assert.equal(
      JSON.stringify(tableSpace({ target: 'c', records: missing })),
      JSON.stringify(tableSpace({ target: 'c', records: 999 })),
    )
  })

  it('is searched, and its best options train the best model again', async () => {
    const space = tableSpace({ target: 'c', records })
    const study = await search({ data: { records }, space, trials: 12, seed: 1 })
    assert.equal(study.trials.filter(({ state }) => state === 'complete').length, 12)
    const { model: options } = study.best.options as { model: { target: 'c' } }
    assert.equal((await Model.fit(records, options)).digest(), study.best.digest)
  })

  it('refuses what is no table', () => {
    assert.throws(() => tableSpace({ target: 'd', records }), /"d"/)
    assert.throws(() => tableSpace({ target: 'c', records: 0 }), /for records but received 0/)
    assert.throws(() => tableSpace({ target: 'c', records: [] }), /records/)
    assert.throws(() => tableSpace({ target: 'c', rows: 3 } as never), /Unknown option "rows"/)
  })
})
