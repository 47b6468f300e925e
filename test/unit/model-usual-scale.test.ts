import { deepEqual, equal, ok } from 'node:assert/strict'
import { Model, type ModelFitOptions } from 'lockstep-nn/data'
import { exp } from '#lib/kernels/exp.js'
import { rowTests } from '../support/rows.js'

/** Salaries: most are far below the greatest. */
const salaries = (rows: number) =>
  Array.from({ length: rows }, (_, i) => ({ years: i % 20, pay: 50 * exp((6 * ((i * 37) % rows)) / rows) }))
const plain = (rows: number) => salaries(rows).map(({ years }) => ({ years, pay: 50 + 3 * years }))
const negative = (rows: number) => salaries(rows).map((row, i) => (i === 5 ? { ...row, pay: -1 } : row))

type Rows = ReturnType<typeof salaries>
type Options = Omit<ModelFitOptions<'pay'>, 'target'> & { scale?: 'standard' | 'none' }

/** The transform of the target of a model of these records, and whether it has a scaler. */
async function scaleOf(records: Rows, { scale, ...options }: Options = {}) {
  const target = { column: 'pay', type: 'number', ...(scale === undefined ? {} : { scale }) } as const
  const model = await Model.fit(records, { target, members: 1, ...options, fit: { epochs: 1 } })
  const [{ transform }] = model.targets as unknown as [{ transform?: 'log' }]
  return transform ?? 'none'
}

type Case = [what: string, records: Rows, options: Options, transform: 'log' | 'none']
const CASES: Case[] = [
  ['strongly skewed numbers above 0: their logarithm', salaries(120), {}, 'log'],
  ['fewer than 100 numbers', salaries(99), {}, 'none'],
  ['1,000 numbers', salaries(1000), {}, 'none'],
  ['numbers that are not skewed', plain(120), {}, 'none'],
  ['a number that is not above 0', negative(120), {}, 'none'],
  ['a scale of the caller', salaries(120), { scale: 'standard' }, 'none'],
  ['a loss of the caller', salaries(120), { trainer: { loss: 'meanAbsoluteError' } }, 'none'],
  ['a network of the caller', salaries(120), { hidden: [4] }, 'none'],
  ['a number for validation that has no logarithm', salaries(120), { validation: [{ years: 3, pay: 0 }] }, 'none'],
]

describe('the usual scale of a number to predict', () => {
  const row = rowTests()
  for (const [what, records, options, transform] of CASES) {
    row(
      'is that of the logarithm where it helps, and the caller chose nothing that speaks against it',
      what,
      async () => {
        equal(await scaleOf(records, options), transform)
      },
    )
  }

  it('is the same as the scale log that the caller chooses', async () => {
    const records = salaries(120)
    const options = { fit: { epochs: 2 } }
    const usual = await Model.fit(records, { target: 'pay', ...options })
    const chosen = await Model.fit(records, { target: { column: 'pay', type: 'number', scale: 'log' }, ...options })
    deepEqual(usual.predict(records), chosen.predict(records))
  })

  it('lets a model be evaluated, and compared with records, that have numbers without a logarithm', async () => {
    const model = await Model.fit(salaries(120), { target: 'pay', fit: { epochs: 2 } })
    ok(
      Number.isFinite(
        model.evaluate([
          { years: 2, pay: 0 },
          { years: 4, pay: -7 },
        ]).meanAbsoluteError,
      ),
    )
    const { findings } = model.diagnose(salaries(120), { validation: [{ years: 2, pay: 0 }] })
    ok(Array.isArray(findings))
  })
})
