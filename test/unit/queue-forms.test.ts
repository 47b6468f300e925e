/** What a queue carries: data, jobs and results as text, with every bit; and which batches are verified. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { TrialOutcome } from '#lib/search/engine/batch.js'
import { type BatchNumbers, isVerified } from '#lib/search/queue/chosen.js'
import { formOf, recordsForm, recordsOfForm, rowsForm, valueOfForm } from '#lib/search/queue/forms.js'
import { answerOf, answerText, drawsOf, headOf, jobText, outcomesText } from '#lib/search/queue/job-text.js'
import type { Draw, ParameterSpec } from '#lib/search/space/trial.js'

const throughText = (form: unknown): unknown => JSON.parse(JSON.stringify(form))

const NUMBERS = fc.oneof(fc.double(), fc.constantFrom(-0, NaN, Infinity, -Infinity, 5e-324, 2 ** 53))
const CELLS = fc.oneof(
  NUMBERS,
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.constantFrom(null, undefined, '$date', '__proto__'),
  fc.date({ noInvalidDate: false }),
)
const LEAVES = fc.oneof(CELLS, fc.float64Array({ maxLength: 5 }))
const KEYS = fc.oneof(fc.string(), fc.constantFrom('$date', '$$rows', '__proto__', 'constructor'))

describe('the text of the data of a search', () => {
  it('has every value exactly, Dates and missing cells included', () => {
    const values = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        LEAVES,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(KEYS, tie('value'), { maxKeys: 4 }),
      ),
    })).value
    fc.assert(
      fc.property(values, (value) => {
        // Dictionaries may have no prototype: what they hold is compared.
        const copy = (one: unknown) => structuredClone(one)
        assert.deepStrictEqual(copy(valueOfForm(throughText(formOf(value)))), copy(value))
      }),
    )
  })

  it('has records with their own cells in their own order', () => {
    const records = fc.array(fc.dictionary(KEYS, CELLS, { maxKeys: 4 }), { maxLength: 5 })
    fc.assert(
      fc.property(records, (given) => {
        const read = recordsOfForm(throughText(recordsForm(given)))
        assert.deepStrictEqual(structuredClone(read), structuredClone(given))
        assert.deepEqual(read.map(Object.keys), given.map(Object.keys))
      }),
    )
  })

  it('names the types of cells that no training takes', () => {
    const cells = [() => 1, Symbol('s'), 2n, { a: 1 }, [1], new Map()]
    const read = recordsOfForm(throughText(recordsForm(cells.map((cell) => ({ cell })))))
    assert.deepEqual(
      read.map(({ cell }) => typeof cell),
      cells.map((cell) => typeof cell),
    )
  })

  it('has rows of numbers in the shape in which they were given', () => {
    const flat = Float64Array.of(1, -0, 2.5, 4)
    assert.deepStrictEqual(valueOfForm(throughText(rowsForm(flat))), flat)
    assert.deepStrictEqual(valueOfForm(throughText(rowsForm([1, -0, 3]))), [1, -0, 3])
    const rows = [[1, -0], Float64Array.of(2.5, 4)]
    const read = valueOfForm(throughText(rowsForm(rows))) as Float64Array[]
    assert.deepStrictEqual(
      read.map((row) => [...row]),
      rows.map((row) => [...row]),
    )
  })
})

const PARAMETERS: readonly ParameterSpec[] = ['a', 'constructor', '__proto__'].map((name) => ({
  name,
  distribution: { kind: 'uniform', low: -1, high: 1 },
  condition: null,
}))

const OUTCOMES: readonly TrialOutcome[] = [
  { state: 'complete', value: -0, epochs: 7, rungs: [], reason: 'all epochs were trained' },
  { state: 'pruned', value: 1e-320, epochs: 3, rungs: [{ epoch: 3, value: NaN }], reason: 'the pruner ended it' },
  { state: 'failed', value: NaN, epochs: 0, rungs: [], reason: 'it diverged' },
]
const TRAINED = { kind: 'trained', worker: { name: 'w', id: '1' }, outcomes: OUTCOMES, trained: 'abc' } as const

describe('the text of a job of a queue', () => {
  it('has the draws of active parameters only, whatever their names', () => {
    const draws: readonly Draw[] = [{ a: -0, ['__proto__']: 0.5 }, { constructor: 1 }, {}]
    const job = { version: '1', plan: 'p', study: 's', number: 2, first: 6, draws, trainedBy: null }
    const head = headOf(jobText(job, PARAMETERS))
    const read = drawsOf(head, PARAMETERS)
    assert.deepStrictEqual(read.map(Object.entries), draws.map(Object.entries))
    assert.deepEqual([head.number, head.first, head.trainedBy], [2, 6, null])
  })

  it('has the outcomes of trials exactly', () => {
    assert.deepStrictEqual(answerOf(answerText(TRAINED), 3), TRAINED)
    // The worker is nothing that two workers must agree about.
    assert.equal(outcomesText({ ...TRAINED, worker: { name: 'v', id: '2' } }), outcomesText(TRAINED))
    assert.notEqual(outcomesText({ ...TRAINED, outcomes: OUTCOMES.slice(0, 2) }), outcomesText(TRAINED))
  })

  it('is refused where it is no result of as many trials', () => {
    const states = JSON.stringify({ ...TRAINED, outcomes: { reasons: [], rows: [[9, 0, 0, 0]] } })
    for (const [text, trials] of [
      [answerText(TRAINED), 2],
      ['{"kind":"other"}', 3],
      ['null', 3],
      ['{', 3],
      [undefined, 3],
      [7, 3],
      [states, 1],
    ] as const) {
      assert.throws(() => answerOf(text, trials), /is not one of this version of lockstep-nn/)
    }
  })
})

describe('the batches of a search that are verified', () => {
  const chosen = (share: number, plan: string, numbers: BatchNumbers): number[] =>
    Array.from({ length: numbers.count }, (_, i) => numbers.first + i * numbers.step).filter((number) =>
      isVerified(number, share, plan, numbers),
    )

  it('are the share that is asked for, and at least one', () => {
    for (const share of [0, 1e-9, 0.01, 0.1, 0.3, 0.5, 0.999, 1]) {
      for (const count of [1, 2, 7, 100, 1000]) {
        for (const plan of ['a', 'b', 'c']) {
          const { length } = chosen(share, plan, { first: 2, step: 3, count })
          const least = share === 0 ? 0 : Math.max(1, Math.floor(count * share))
          assert.ok(length >= least && length <= Math.ceil(count * share), `${share} of ${count}: ${length}`)
        }
      }
    }
  })

  it('are the same for the same plan, and others for another plan', () => {
    const numbers = { first: 0, step: 1, count: 1000 }
    assert.deepEqual(chosen(0.01, 'a', numbers), chosen(0.01, 'a', numbers))
    assert.notDeepEqual(chosen(0.01, 'a', numbers), chosen(0.01, 'b', numbers))
  })
})
