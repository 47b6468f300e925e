/** The jobs of a search: added once each, and waited for. */
import type { BullEvents } from '../../platform/queue.js'
import type { SearchQueue } from './queue.js'
import { closeQuietly, connected, type QueueServerLink } from './server.js'

/** How a job ended. */
export type JobEnd =
  | { readonly kind: 'completed'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly reason: string }

interface Waiting {
  readonly text: string
  /** Whether this search has seen it in the queue before, so that its failure is not one of an earlier search. */
  isSeen: boolean
  readonly resolve: (end: JobEnd | null) => void
  readonly reject: (error: unknown) => void
}

/** The jobs that are removed at once. */
const AT_ONCE = 100

export class JobWatcher {
  private readonly waiting = new Map<string, Waiting>()
  private readonly events: BullEvents
  private timer: ReturnType<typeof setTimeout> | null = null
  /** When a worker last had or ended a job. */
  private taken = performance.now()
  private isClosed = false
  private workers: number | null = null

  /** onWorkers: called where the number of workers has changed */
  constructor(
    private readonly link: QueueServerLink,
    private readonly queue: SearchQueue,
    private readonly onWorkers: (workers: number) => void,
  ) {
    this.events = new link.bullmq.QueueEvents(queue.name, { connection: queue.connection.options })
    this.events.on('error', link.report)
    // An event may be lost: `lookAtAll` finds its job.
    this.events.on('completed', ({ jobId, returnvalue }) => this.end(jobId, { kind: 'completed', value: returnvalue }))
    this.events.on('failed', ({ jobId }) => this.look(jobId).catch(() => {}))
    this.schedule()
  }

  /**
   * Adds a job, which may be in the queue already, and waits for its end. Null: the watcher was closed.
   * @throws (the promise is rejected) Error where the server or all workers are gone for too long
   */
  result(id: string, text: string): Promise<JobEnd | null> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) {
        resolve(null)
        return
      }
      this.waiting.set(id, { text, isSeen: false, resolve, reject })
      this.begin(id).catch((error: unknown) => this.fail(id, error))
    })
  }

  /** Removes jobs, also those that have ended. A job that a worker has stays. */
  async remove(ids: readonly string[]): Promise<void> {
    const { link } = this
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      await Promise.all(
        ids.slice(at, at + AT_ONCE).map((id) => link.attempt(() => link.jobs.remove(id).catch(ignoreLock))),
      )
    }
  }

  /** Removes the jobs that no worker has taken, of those that are waited for. */
  async removeWaiting(ids: readonly string[]): Promise<void> {
    const { link } = this
    const states = await Promise.all(ids.map((id) => link.attempt(() => link.jobs.getJobState(id))))
    await this.remove(ids.filter((_, i) => states[i] !== 'completed' && states[i] !== 'active'))
  }

  /** Ends all waiting; returns the jobs that were waited for. */
  stop(): string[] {
    this.isClosed = true
    if (this.timer !== null) clearTimeout(this.timer)
    const ids = [...this.waiting.keys()]
    for (const { resolve } of this.waiting.values()) resolve(null)
    this.waiting.clear()
    return ids
  }

  async close(): Promise<void> {
    this.stop()
    await connected(this.events)
    await closeQuietly(this.events)
  }

  private async begin(id: string): Promise<void> {
    await this.add(id)
    await this.look(id)
  }

  private async add(id: string): Promise<void> {
    const { link, queue } = this
    const waiting = this.waiting.get(id)
    if (waiting === undefined) return
    const kept = { age: queue.limits.kept / 1000 }
    const options = { jobId: id, removeOnComplete: kept, removeOnFail: kept }
    await link.attempt(() => link.jobs.add('batch', { text: waiting.text }, options))
  }

  /** Looks at the state of a job. */
  private async look(id: string): Promise<void> {
    const { link } = this
    const waiting = this.waiting.get(id)
    if (waiting === undefined) return
    const state = await link.attempt(() => link.jobs.getJobState(id))
    const { isSeen } = waiting
    waiting.isSeen = true
    if (state === 'active') this.taken = performance.now()
    // A server without persistence has lost it, or another search of the same plan has ended.
    else if (state === 'unknown') await this.add(id)
    else if (state === 'completed' || state === 'failed') {
      const job = await link.job(id)
      if (job === undefined) await this.add(id)
      else if (state === 'completed') this.end(id, { kind: 'completed', value: job.returnvalue })
      else if (isSeen) this.end(id, { kind: 'failed', reason: job.failedReason ?? '' })
      else {
        await this.remove([id])
        await this.add(id)
      }
    }
  }

  private end(id: string, end: JobEnd): void {
    const waiting = this.waiting.get(id)
    if (waiting === undefined) return
    this.taken = performance.now()
    this.waiting.delete(id)
    waiting.resolve(end)
  }

  private fail(id: string, error: unknown): void {
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    waiting?.reject(error)
  }

  private schedule(): void {
    if (this.isClosed) return
    this.timer = setTimeout(() => {
      this.lookAtAll()
        .catch((error: unknown) => {
          for (const id of [...this.waiting.keys()]) this.fail(id, error)
        })
        .finally(() => this.schedule())
    }, this.queue.limits.poll)
  }

  private async lookAtAll(): Promise<void> {
    await Promise.all([...this.waiting.keys()].map((id) => this.look(id)))
    const workers = await this.link.workers()
    if (workers !== null && workers !== this.workers && !this.isClosed) this.onWorkers(workers)
    this.workers = workers
    this.requireWorkers()
  }

  /** Workers that train for other searches come back to this one. */
  private requireWorkers(): void {
    const { name, limits, connection } = this.queue
    if (this.waiting.size === 0) this.taken = performance.now()
    const isIdle = performance.now() - this.taken > limits.idle
    if (!isIdle || (this.workers !== null && this.workers > 0)) return
    throw new Error(
      `No worker has taken a batch from the queue ${name} on ${connection.address} for ${limits.idle / 60_000} minutes. ` +
        `Start one: npx lockstep-nn worker --connection ${connection.address} --queue ${name}`,
    )
  }
}

/** A job that a worker has cannot be removed. */
function ignoreLock(error: unknown): void {
  if (!(error instanceof Error && /lock/i.test(error.message))) throw error
}
