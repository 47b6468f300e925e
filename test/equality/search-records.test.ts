/** Trials of a search over records: each is a Model.fit with its options, on every backend. */
import assert from 'node:assert/strict'
import { kFold, Model, stratifiedKFold } from 'lockstep-nn/data'
import { choice, integer, logUniform, type RecordSearchOptions, search } from 'lockstep-nn/search'
import { sameNumber } from '../support/bits.js'
import { paths } from '../support/paths.js'

const COLOURS = ['red', 'green', 'blue']

/** 60 records with a gap, a category and a target of each kind. */
const records = Array.from({ length: 60 }, (_, i) => ({
  size: i % 7 === 3 ? null : ((i * 37) % 61) / 8,
  colour: COLOURS[(i * 5) % 3],
  price: ((i * 37) % 61) / 16 + ((i * 5) % 3),
  sold: (i * 37) % 61 > 30 ? 'yes' : 'no',
}))

const base = {
  data: { records },
  trials: 12,
  seed: 5,
} as const

const SPACES: Readonly<Record<string, RecordSearchOptions>> = {
  'a number, by a share': {
    ...base,
    space: {
      model: {
        target: 'price',
        columns: ['size', 'colour'],
        hidden: choice([[4], [integer(2, 9), 3]]),
        trainer: { optimizer: { name: 'adam', learningRate: logUniform(1e-3, 1e-1) } },
        fit: { epochs: 12 },
      },
    },
    validation: 0.25,
  },
  'a label, with columns that are chosen': {
    ...base,
    space: {
      model: { target: 'sold', columns: choice([['size'], ['size', 'colour']]), fit: { epochs: choice([5, 8]) } },
    },
    metric: 'validationAccuracy',
    pruner: 'successiveHalving',
  },
  'a number, by folds of which some lack a category': {
    ...base,
    data: { records: records.map((record, i) => ({ ...record, colour: i === 7 ? 'black' : record.colour })) },
    trials: 4,
    space: {
      model: {
        target: 'price',
        columns: ['size', 'colour'],
        options: { colour: { type: 'category', minimumCount: 1 } },
        hidden: [3],
        fit: { epochs: 6 },
      },
    },
    validation: { folds: 3 },
  },
  'a label, by folds': {
    ...base,
    trials: 6,
    space: { model: { target: 'sold', columns: ['size', 'colour'], hidden: [3], fit: { epochs: 6 } } },
    validation: { folds: 3 },
  },
}

type Options = { model: Parameters<typeof Model.fit>[1] & { validation: unknown } }

describe('trials of a search over records', () => {
  it('have the records that were given, also where these change meanwhile', async () => {
    const given = records.map((record, i) => ({ ...record, day: new Date(Date.UTC(2020, 0, i + 1)) }))
    const change = (): void => {
      for (const record of given) {
        record.day.setTime(0)
        record.price = 1
      }
    }
    const model = { target: 'price', fit: { epochs: 3 } }
    const options: RecordSearchOptions = { ...base, data: { records: given }, space: { model }, batch: 5 }
    const expected = await search({ ...options, data: { records: structuredClone(given) } })
    const study = await search({ ...options, onProgress: change })
    assert.equal(study.digest(), expected.digest())
    assert.equal(study.best.digest, expected.best.digest)
  })

  for (const [title, options] of Object.entries(SPACES)) {
    it(`have the value of Model.fit with their options, on every backend: ${title}`, async () => {
      const digests: string[] = []
      for (const backend of paths) {
        const study = await search({ ...options, backend })
        digests.push(study.digest(), study.best.digest)
        if (backend !== paths[0]) continue
        assert.equal(study.trials.length, options.trials)
        for (const { number, state, value, options: own, rungs } of study.trials) {
          const { model } = own as Options
          if (state !== 'complete') {
            assert.ok(state === 'pruned' && rungs.length > 0)
            continue
          }
          const all = options.data.records as typeof records
          const folds =
            options.validation === undefined || typeof options.validation === 'number'
              ? [{ train: all, test: model.validation }]
              : (model.target as unknown) === 'sold'
                ? stratifiedKFold(all, ({ sold }) => sold, { folds: 3, seed: 5 })
                : kFold(all, { folds: 3, seed: 5 })
          let sum = 0
          for (const { train, test } of folds) {
            const { history } = await Model.fit(
              train as never,
              { ...model, validation: test, trainer: withMetric(model, options.metric) } as never,
            )
            const series = options.metric === undefined ? history?.validationLoss : history?.validationMetrics.accuracy
            const at = (history?.bestEpoch ?? Number(history?.epochs) - 1) as number
            sum += series?.[at] as number
          }
          sameNumber(value as number, folds.length === 1 ? sum : sum / folds.length, `trial ${number}`)
        }
        const { model } = study.best.options as Options
        assert.equal((await Model.fit(options.data.records, model as never)).digest(), study.best.digest)
        assert.deepEqual(study.model.predict([records[0]]).length, 1)
      }
      assert.equal(new Set(digests).size, 2, digests.join())
    })
  }
})

const withMetric = ({ trainer = {} }: Options['model'], metric: string | undefined) =>
  metric === undefined ? trainer : { ...trainer, metrics: ['accuracy'] }
