/** Dates of another realm, such as those of a sandbox or a frame, are dates wherever rows are split by them. */
import assert from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import { Model, timeSeriesSplit, trainTestSplit, windows } from 'lockstep-nn/data'
import { chooseValidation } from '#lib/data/splits/validation.js'

const dateOf = (day: number): Date => runInNewContext('new Date(Date.UTC(2026, 0, day))', { day }) as Date
const days = [5, 1, 4, 2, 3]
const times = days.map(dateOf)
const own = days.map((day) => new Date(Date.UTC(2026, 0, day)))

describe('a Date of another realm', () => {
  it('is a time by which rows are split, as one of this realm', () => {
    assert.ok(times.every((time) => !(time instanceof Date)))
    assert.deepEqual(trainTestSplit(5, { time: times, testSize: 2 }), trainTestSplit(5, { time: own, testSize: 2 }))
    assert.deepEqual(timeSeriesSplit(5, { time: times, folds: 2 }), timeSeriesSplit(5, { time: own, folds: 2 }))
    const chosen = (dates: readonly Date[]) => chooseValidation(5, { share: 0.4, time: 'when' }, () => dates)
    assert.deepEqual(chosen(times), chosen(own))
    assert.deepEqual([...chosen(times).validation], [0, 2])
  })

  it('is the group of a row, as one of this realm', () => {
    const chosen = (dates: readonly Date[]) => chooseValidation(5, { share: 0.4, groups: 'when' }, () => dates)
    assert.deepEqual(chosen([...times.slice(0, 3), times[0], times[1]]), chosen([...own.slice(0, 3), own[0], own[1]]))
  })

  it('is a time of windows, and a column of a model', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({ when: dateOf(i + 1), y: i % 7 }))
    assert.equal(windows(rows, { inputs: 2, columns: 'y', time: 'when', interval: 86_400_000 }).count, 28)
    const validation = { share: 0.2, time: 'when' }
    const model = await Model.fit(rows, { target: 'y', validation, hidden: [2], fit: { epochs: 1 } })
    assert.deepEqual(
      model.report?.columns.map(({ type }) => type),
      ['date'],
    )
    assert.equal(model.report?.columns[0].to, '2026-01-24T00:00:00.000Z')
  })
})
