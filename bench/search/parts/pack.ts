/**
 * 1,000 networks with different options on one table, and the best ones as an ensemble, after TabPack: by `search` and
 * `study.ensemble`, and by PyTorch with the members as an axis of all tensors. Each round holds other rows out, and both
 * programs train members of the same options.
 */
import { metrics } from 'lockstep-nn'
import { median } from 'simple-statistics'
import { measureRounds } from '../../harness/rounds.js'
import { medianRatio } from '../../harness/statistics.js'
import { grouped, number } from '../../harness/text.js'
import { type LibraryPack, packOf } from '../pack/library.js'
import { type Movies, movies, VALIDATION } from '../pack/movies.js'
import { type PackProgram, startPytorch } from '../pack/pytorch.js'
import type { PackResult, PackTask } from '../pack/task.js'
import { type Part, type PartReport, reportOf } from '../report.js'

const UNITS = [32, 32]
const [EPOCHS, QUICK_EPOCHS] = [30, 2]
const BATCH = 64
const SIZE = 32
const CANDIDATES = 100
const THREADS = 2
/** Two threads of PyTorch wait for each other for a minute where other programs use the processor, as tests do. */
const QUICK_THREADS = 1

interface Measured {
  readonly ms: number
  /** R² of the rows that are held out. */
  readonly single: number
  readonly ensemble: number
}

interface Subject {
  readonly way: string
  run(round: number): Promise<Measured>
}

const scoredOn =
  ({ test }: Movies) =>
  ({ ms, single, ensemble }: PackResult): Measured => {
    const r2 = (predictions: ArrayLike<number>) => metrics.r2(test.y, Float64Array.from(predictions))
    return { ms, single: r2(single), ensemble: r2(ensemble) }
  }

function taskOf(round: number, quick: boolean): Omit<PackTask, 'members'> {
  const data = movies(round)
  const rows = data.train.y.length
  const shared = {
    units: UNITS,
    batch: BATCH,
    candidates: CANDIDATES,
    size: SIZE,
    threads: quick ? QUICK_THREADS : THREADS,
  }
  return {
    ...shared,
    data,
    // As `split` rounds it.
    validation: Math.round(rows * VALIDATION),
    epochs: quick ? QUICK_EPOCHS : EPOCHS,
    seed: round,
  }
}

/** The ways of a run. The other program gets the members that the library has drawn for the same round. */
function subjectsOf(members: number, quick: boolean, pytorch: PackProgram | null): Subject[] {
  const drawn = new Map<number, LibraryPack>()
  const library = async (round: number): Promise<LibraryPack> => {
    const pack = await packOf(taskOf(round, quick), members)
    drawn.set(round, pack)
    return pack
  }
  const ours: Subject = {
    way: 'search and study.ensemble',
    run: async (round) => scoredOn(movies(round))(await library(round)),
  }
  if (pytorch === null) return [ours]
  const others: Subject = {
    way: 'PyTorch, members as an axis',
    async run(round) {
      const { members: options } = drawn.get(round) ?? (await library(round))
      const task = taskOf(round, quick)
      return scoredOn(task.data)(await pytorch.run({ ...task, members: options }))
    },
  }
  return [ours, others]
}

export const pack: Part = {
  rounds: 5,
  page: 'docs/benchmarks.md',
  async measure({ quick, rounds, members }): Promise<PartReport> {
    const pytorch = await startPytorch()
    try {
      const subjects = subjectsOf(members, quick, pytorch)
      const measured = await measureRounds(subjects, { rounds, measure: ({ run }, round) => run(round) })
      const first = (measured.get(subjects[0]) as Measured[]).map(({ ms }) => ms)
      const rows = [...measured].map(([{ way }, results]) => {
        const ms = results.map((one) => one.ms)
        const gains = results.map(({ single, ensemble }) => ensemble - single)
        return { way, members, results, ms, gain: median(gains), ratio: medianRatio(ms, first) }
      })
      const title = `${grouped(members)} networks for the ratings of movies, and the best ${SIZE} as an ensemble`
      return reportOf(title, rows, [
        ['the pack by', 'left', ({ way }) => way],
        ['R², best one', 'right', ({ results }) => median(results.map(({ single }) => single)).toFixed(3)],
        ['R², ensemble', 'right', ({ results }) => median(results.map(({ ensemble }) => ensemble)).toFixed(3)],
        ['gain', 'right', ({ gain }) => gain.toFixed(3)],
        ['median s', 'right', ({ ms }) => number(median(ms) / 1000)],
        ['times the time of search', 'right', ({ ratio }) => number(ratio)],
      ])
    } finally {
      await pytorch?.close()
    }
  },
}
