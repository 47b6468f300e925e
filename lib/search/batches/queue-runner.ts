/** Trains batches by the workers of a queue. */
import { VERSION } from '../../checks/version.js'
import { type BatchNumbers, isVerified } from '../queue/chosen.js'
import { type Answer, answerOf, jobText, outcomesText } from '../queue/job-text.js'
import { JobWatcher } from '../queue/jobs.js'
import type { SearchQueue } from '../queue/queue.js'
import { QueueServerLink } from '../queue/server.js'
import { hasText, putText, removeOldTexts, removeText } from '../queue/store.js'
import type { StudyTexts } from '../queue/study-text.js'
import { within } from '../queue/time.js'
import type { ParameterSpec } from '../space/trial.js'
import type { BatchRunner, BatchWork, TrainedBatch } from './batch-runner.js'

/** What a search trains by a queue. */
export interface QueuedSearch {
  readonly queue: SearchQueue
  readonly texts: StudyTexts
  /** The digest of the plan. */
  readonly plan: string
  readonly parameters: readonly ParameterSpec[]
  readonly numbers: BatchNumbers
  /** Called where the number of workers has changed. */
  readonly onWorkers: (workers: number) => void
}

type Trained = Answer & { readonly kind: 'trained' }

/** What a job is about. */
interface Asked {
  readonly work: BatchWork
  /** The worker that may not answer; null: any may. */
  readonly trainedBy: string | null
}

interface Opened {
  readonly link: QueueServerLink
  readonly jobs: JobWatcher
}

/** How often a batch is asked for whose data the server has lost. */
const MAX_ATTEMPTS = 20
/** Milliseconds that removing jobs may take. */
const REMOVAL = 10_000

export class QueueRunner implements BatchRunner {
  readonly ahead: number
  /** The batches that two workers have trained to the same bits, by number. */
  readonly verified: number[] = []
  /** Those that a second worker should have trained, where there was none. */
  readonly unverified: number[] = []
  private opening: Promise<Opened> | null = null
  private putting: Promise<void> | null = null
  private stopping: Promise<void> = Promise.resolve()
  private isCancelled = false
  private hasFailed = false
  /** The jobs of this search. */
  private readonly ids: string[] = []
  /** The batches that are being trained, by number. */
  private readonly running = new Map<number, Promise<unknown>>()

  constructor(private readonly search: QueuedSearch) {
    this.ahead = search.queue.limits.ahead
  }

  run(work: BatchWork): Promise<TrainedBatch | null> {
    const { running } = this
    const result = this.train(work).catch((error: unknown) => {
      this.hasFailed = true
      throw error
    })
    const settled = result.catch(() => {})
    running.set(work.number, settled)
    settled.then(() => running.delete(work.number))
    return result
  }

  cancel(): void {
    this.isCancelled = true
    this.opening?.then(({ jobs }) => this.stop(jobs)).catch(() => {})
  }

  /** Removes what the search has in the queue. Where it has not ended, results stay, so that it can go on. */
  async close(): Promise<void> {
    const isWhole = !this.isCancelled && !this.hasFailed && this.running.size === 0
    const opened = await this.opening?.catch(() => null)
    if (opened === null || opened === undefined) return
    const { link, jobs } = opened
    if (!isWhole) this.stop(jobs)
    const removal = isWhole ? this.removeAll(opened) : this.stopping
    await within(
      REMOVAL,
      removal.catch(() => {}),
      () => {},
    )
    await jobs.close()
    await link.close()
  }

  private async train(work: BatchWork): Promise<TrainedBatch | null> {
    const { queue, plan, numbers } = this.search
    if (this.isCancelled) return null
    this.opening ??= this.open()
    const first = await this.answer({ work, trainedBy: null })
    if (first === null || first.kind !== 'trained') return null
    if (isVerified(work.number, queue.verify, plan, numbers) && !(await this.verify(work, first))) return null
    return { outcomes: first.outcomes, trained: first.trained, parameters: null }
  }

  /** @returns false: it was cancelled */
  private async verify(work: BatchWork, first: Trained): Promise<boolean> {
    const second = await this.answer({ work, trainedBy: first.worker.id })
    if (second === null) return false
    if (second.kind !== 'trained') {
      this.unverified.push(work.number)
      return true
    }
    if (outcomesText(first) !== outcomesText(second)) {
      // The next search trains it again.
      await this.remove([this.idOf({ work, trainedBy: null }), this.idOf({ work, trainedBy: first.worker.id })])
      throw new Error(
        `${batchWords(work)} has the digest ${first.trained} by the worker ${first.worker.name}, and ` +
          `${second.trained} by the worker ${second.worker.name}${first.trained === second.trained ? ', with other values' : ''}. ` +
          'One of them computes other bits, or sends what it has not trained. Find out with: npx lockstep-nn verify.',
      )
    }
    this.verified.push(work.number)
    return true
  }

  private async open(): Promise<Opened> {
    const { queue, onWorkers } = this.search
    const link = await QueueServerLink.open(queue)
    const jobs = new JobWatcher(link, queue, onWorkers)
    try {
      await removeOldTexts(link, queue.limits.kept)
      await this.put(link)
    } catch (error) {
      await jobs.close()
      await link.close()
      throw error
    }
    if (this.isCancelled) jobs.stop()
    return { link, jobs }
  }

  /** Stores the data and the study where they are missing, for all batches together. */
  private put(link: QueueServerLink, isLost = false): Promise<void> {
    const { data, study } = this.search.texts
    this.putting ??= (async () => {
      try {
        for (const one of [data, study]) if (isLost || !(await hasText(link, one.digest))) await putText(link, one)
      } finally {
        this.putting = null
      }
    })()
    return this.putting
  }

  /** What a worker answers: of the kind `trained` or `alone`. Null: it was cancelled. */
  private async answer(asked: Asked): Promise<Answer | null> {
    const { plan, texts, parameters } = this.search
    const { work, trainedBy } = asked
    const { number, first, draws } = work
    const { link, jobs } = await (this.opening as Promise<Opened>)
    const id = this.idOf(asked)
    const text = jobText(
      { version: VERSION, plan, study: texts.study.digest, number, first, draws, trainedBy },
      parameters,
    )
    this.ids.push(id)
    let reason = 'the server loses data. Give it more memory, and with Redis the policy noeviction'
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const end = await jobs.result(id, text)
      if (end === null) return null
      if (end.kind === 'failed') {
        await jobs.remove([id])
        this.requireNotStalled(end.reason, work)
        // The server did not take the result. It ended meanwhile, for example.
        reason = end.reason
        continue
      }
      const answer = answerOf(end.value, draws.length)
      if (answer.kind === 'error') {
        await jobs.remove([id])
        // The error of a search is that of the first batch with wrong options, whatever worker was first.
        await Promise.all([...this.running].filter(([other]) => other < number).map(([, one]) => one))
        throw errorOf(answer)
      }
      const isOwn = answer.kind === 'trained' && answer.worker.id === trainedBy
      if (answer.kind === 'trained' && !isOwn) return answer
      // The next search asks again.
      await jobs.remove([id])
      if (answer.kind === 'alone') return answer
      if (answer.kind === 'missing') await this.put(link, true)
    }
    const { address } = this.search.queue.connection
    throw new Error(
      `${batchWords(work)} has no result after ${MAX_ATTEMPTS} attempts by the queue on ${address}: ${reason}.`,
    )
  }

  private requireNotStalled(reason: string, work: BatchWork): void {
    if (!/stalled/.test(reason)) return
    throw new Error(
      `${batchWords(work)} was not trained: more than ${this.search.queue.limits.stalls} workers ended or were cut off ` +
        'while they trained it. They may not have enough memory for it: choose a smaller batch, or machines with more memory.',
    )
  }

  private idOf({ work: { number }, trainedBy }: Asked): string {
    return `${this.search.plan}-${number}${trainedBy === null ? '' : '-verify'}`
  }

  private async remove(ids: readonly string[]): Promise<void> {
    const { jobs } = await (this.opening as Promise<Opened>)
    await jobs.remove(ids)
  }

  /** Batches that no worker has taken would be trained for nobody. */
  private stop(jobs: JobWatcher): void {
    const ids = jobs.stop()
    this.stopping = this.stopping.then(() => jobs.removeWaiting(ids)).catch(() => {})
  }

  private async removeAll({ link, jobs }: Opened): Promise<void> {
    const { data, study } = this.search.texts
    await jobs.remove(this.ids)
    for (const { digest } of [study, data]) await removeText(link, digest)
  }
}

function batchWords({ number, first, draws }: BatchWork): string {
  const last = first + draws.length - 1
  return `Batch ${number} (${first === last ? `trial ${first}` : `trials ${first} to ${last}`})`
}

/** An error of a worker, as it would be here. */
function errorOf({ name, message }: Answer & { readonly kind: 'error' }): Error {
  const Kind = name === 'TypeError' ? TypeError : name === 'RangeError' ? RangeError : Error
  return new Kind(message)
}
