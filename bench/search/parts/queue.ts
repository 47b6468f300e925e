/**
 * What a queue costs: many short trainings by `search` on two threads, and through Redis by two workers with one thread each. The
 * server, the workers and the search share the processor. Both ways must end in the digest of the same study.
 */
import { queue as queueOf, search } from 'lockstep-nn/search'
import { median } from 'simple-statistics'
import { measureRounds } from '../../harness/rounds.js'
import { medianRatio } from '../../harness/statistics.js'
import { grouped, number } from '../../harness/text.js'
import { startRedis } from '../queue/redis.js'
import { startWorkers } from '../queue/workers.js'
import { type Part, type PartReport, reportOf, timed } from '../report.js'
import { networkOf, searchOf, sensorWork } from '../works.js'

const PROCESSES = 2
const NAME = 'bench'

/** The largest batch, which is the default of random search; a run of few trainings has smaller ones, to have several. */
const MAX_BATCH = 1000
const MIN_BATCHES = 10

interface Subject {
  readonly way: string
  readonly options: { readonly threads: number } | { readonly on: ReturnType<typeof queueOf> }
}

export const queue: Part = {
  rounds: 4,
  page: 'docs/benchmarks.md',
  async measure({ quick, rounds, trainings }): Promise<PartReport> {
    const work = sensorWork()
    const batch = Math.min(MAX_BATCH, Math.ceil(trainings / MIN_BATCHES))
    const redis = await startRedis()
    try {
      const workers = await startWorkers(redis.url, NAME, PROCESSES)
      try {
        const alone: Subject = { way: 'search, 2 threads', options: { threads: PROCESSES } }
        const on = queueOf({ connection: redis.url, name: NAME })
        const queued: Subject = { way: 'Redis, 2 workers', options: { on } }
        const digests = new Map<number, string>()
        const measure = async ({ way, options }: Subject, round: number): Promise<number> => {
          workers.check()
          // Another seed in each round: no round finds what another has left.
          const given = { ...searchOf(work, trainings), batch, seed: round * trainings, ...options }
          const { ms, result } = await timed(() => search(given))
          const digest = result.digest()
          const expected = digests.get(round) ?? digest
          if (digest !== expected) throw new Error(`${way} ended in another digest in round ${round}`)
          digests.set(round, expected)
          return ms
        }
        const times = await measureRounds([alone, queued], { rounds, warmUps: quick ? 0 : 1, measure })
        const first = times.get(alone) as number[]
        const rows = [...times].map(([{ way }, ms]) => ({
          way,
          trainings,
          batch,
          ms,
          throughput: medianRatio(first, ms),
        }))
        const title = `${grouped(trainings)} trainings of ${networkOf(work)}, ${work.epochs} epochs of ${work.rows} rows, in batches of ${grouped(batch)}`
        return reportOf(title, rows, [
          ['trainings by', 'left', ({ way }) => way],
          ['trainings', 'right', (row) => grouped(row.trainings)],
          ['median s', 'right', ({ ms }) => number(median(ms) / 1000)],
          ['trainings a second', 'right', (row) => number((1000 * row.trainings) / median(row.ms))],
          ['throughput to search', 'right', ({ throughput }) => throughput.toFixed(3)],
        ])
      } finally {
        await workers.close()
      }
    } finally {
      await redis.close()
    }
  },
}
