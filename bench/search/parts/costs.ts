/**
 * What a million trainings cost: searches over the learning rate on one thread, for networks of several sizes, as core-hours.
 * A price is these times that of a core for an hour.
 */
import { search } from 'lockstep-nn/search'
import { median } from 'simple-statistics'
import { measureRounds } from '../../harness/rounds.js'
import { grouped, number } from '../../harness/text.js'
import { type Part, type PartReport, reportOf, timed } from '../report.js'
import { networkOf, regressionWork, searchOf, sensorWork, tabularWork, type Work, xorWork } from '../works.js'

interface Subject {
  readonly work: Work
  /** About a second of trainings; a multiple of the lanes of a vector. */
  readonly trainings: number
}

const SUBJECTS: readonly Subject[] = [
  { work: xorWork(), trainings: 10_000 },
  { work: sensorWork(), trainings: 1024 },
  { work: regressionWork(), trainings: 512 },
  { work: tabularWork(32, 1000), trainings: 64 },
  { work: tabularWork(64, 4000), trainings: 16 },
]

/** One vector of members. */
const QUICK_TRAININGS = 8

const SECONDS_AN_HOUR = 3600
const MILLION = 1e6

/** Core-hours of a million trainings, of so many a second on one core. */
export const coreHours = (trainingsPerSecond: number): number => MILLION / trainingsPerSecond / SECONDS_AN_HOUR

export const costs: Part = {
  rounds: 5,
  page: 'docs/search.md',
  async measure({ quick, rounds }): Promise<PartReport> {
    const subjects = quick ? SUBJECTS.map((one) => ({ ...one, trainings: QUICK_TRAININGS })) : SUBJECTS
    const measure = async ({ work, trainings }: Subject): Promise<number> => {
      const { ms, result } = await timed(() => search({ ...searchOf(work, trainings), threads: 1 }))
      const failed = result.trials.find(({ state }) => state !== 'complete')
      if (failed !== undefined) throw new Error(`A training of ${networkOf(work)} ended early: ${failed.reason}`)
      return (1000 * trainings) / ms
    }
    const measured = await measureRounds(subjects, { rounds, warmUps: quick ? 0 : 1, measure })
    const rows = [...measured].map(([{ work, trainings }, rates]) => ({
      network: networkOf(work),
      optimizer: work.optimizer,
      epochs: work.epochs,
      rows: work.rows,
      batchSize: work.batchSize,
      trainings,
      trainingsPerSecond: rates,
      coreHours: coreHours(median(rates)),
    }))
    return reportOf('The costs of a million trainings, one thread', rows, [
      ['network', 'left', ({ network }) => network],
      ['optimizer', 'left', ({ optimizer }) => optimizer],
      ['epochs', 'right', ({ epochs }) => grouped(epochs)],
      ['rows', 'right', (row) => grouped(row.rows)],
      ['batch', 'right', ({ batchSize }) => grouped(batchSize)],
      ['trainings a second', 'right', (row) => number(median(row.trainingsPerSecond))],
      ['core-hours a million', 'right', (row) => number(row.coreHours)],
    ])
  },
}
