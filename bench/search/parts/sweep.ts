/**
 * The sweep: 300 configurations of a network for cars, by `search`, by hand, and by loops of other programs. All ways of this
 * library find the same best loss, and train as many epochs, which the bench checks. Loops train the 30 configurations of
 * one seed in each round; their times are compared for each training.
 */
import { median, min } from 'simple-statistics'
import { measureRounds } from '../../harness/rounds.js'
import { medianRatio } from '../../harness/statistics.js'
import { grouped, number } from '../../harness/text.js'
import { type Part, type PartReport, reportOf, timed } from '../report.js'
import { CONFIGURATIONS, type Configuration, configurationsOf, SEEDS } from '../sweep/configurations.js'
import { startLoops } from '../sweep/loops.js'
import { type Swept, WAYS } from '../sweep/ways.js'

/** The trainings of a loop in a quick run: the first ones are those of the smallest network. */
const QUICK_TRAININGS = 2

interface Measured {
  readonly msPerTraining: number
  readonly epochs: number
  readonly best: number | null
}

interface Subject {
  readonly way: string
  readonly version?: string
  readonly trainings: number
  measure(round: number): Promise<Measured>
}

function own(way: string, run: () => Promise<Swept>): Subject {
  const trainings = CONFIGURATIONS.length
  return {
    way,
    trainings,
    async measure() {
      const { ms, result } = await timed(run)
      return { msPerTraining: ms / trainings, epochs: result.epochs / trainings, best: result.best }
    },
  }
}

const configurationsIn = (round: number, quick: boolean): Configuration[] => {
  const all = configurationsOf(SEEDS[round % SEEDS.length])
  return quick ? all.slice(0, QUICK_TRAININGS) : all
}

/** All ways of this library must have found the same. */
function assertEqual(results: readonly (readonly Measured[])[]): void {
  const found = new Set(results.flat().map(({ best, epochs }) => `loss ${best} after ${epochs} epochs`))
  if (found.size !== 1) throw new Error(`The ways of the sweep found different best losses: ${[...found].join(', ')}`)
}

export const sweep: Part = {
  rounds: 7,
  page: 'docs/benchmarks.md',
  async measure({ quick, rounds }): Promise<PartReport> {
    const ours = Object.entries(WAYS).map(([way, run]) => own(way, run))
    const loops = await startLoops()
    const others = loops.map(
      ({ way, version, train }): Subject => ({
        way,
        version,
        trainings: configurationsIn(0, quick).length,
        async measure(round) {
          const configurations = configurationsIn(round, quick)
          const { ms, epochs, best } = await train(configurations)
          return { msPerTraining: ms / configurations.length, epochs: epochs / configurations.length, best }
        },
      }),
    )
    try {
      // The first calls are slow until the JIT has compiled them, those of the loops too.
      const warmUps = quick ? 0 : 1
      const measure = (subject: Subject, round: number) => subject.measure(round)
      const measured = await measureRounds([...ours, ...others], { rounds, warmUps, measure })
      const timesOf = (subject: Subject) => (measured.get(subject) as Measured[]).map((one) => one.msPerTraining)
      assertEqual(ours.map((subject) => measured.get(subject) as Measured[]))
      const rows = [...measured].map(([{ way, version, trainings }, results], i) => {
        const times = timesOf([...ours, ...others][i])
        return {
          way,
          version,
          trainings,
          epochs: median(results.map(({ epochs }) => epochs)),
          msPerTraining: times,
          bests: results.map(({ best }) => best),
          ratio: medianRatio(times, timesOf(ours[0])),
        }
      })
      return reportOf('The sweep of cars; a training has up to 100 epochs', rows, [
        ['the sweep by', 'left', ({ way }) => way],
        ['trainings', 'right', (row) => grouped(row.trainings)],
        ['epochs each', 'right', (row) => row.epochs.toFixed(0)],
        ['median ms each', 'right', (row) => number(median(row.msPerTraining))],
        ['min ms each', 'right', (row) => number(min(row.msPerTraining))],
        ['times the time of search', 'right', ({ ratio }) => number(ratio)],
      ])
    } finally {
      for (const loop of loops) await loop.close()
    }
  },
}
