/** runWorker: trains batches of searches that other processes have put into a queue. */

import { machineName } from '#queue'
import { chooseBackend } from '../backend/choose.js'
import { abortSignal, onAbort, type Signal } from '../checks/abort.js'
import { messageOf, wrongType, wrongValue } from '../checks/errors.js'
import { callback, optionsObject, threadCount } from '../checks/validate.js'
import { VERSION } from '../checks/version.js'
import type { BullJob, BullWorker } from '../platform/queue.js'
import { batchWork } from './batches/batch-runner.js'
import { type Answer, answerText, drawsOf, headOf, type JobHead, type WorkerName } from './queue/job-text.js'
import { checkQueue, type SearchQueue } from './queue/queue.js'
import { connected, QueueServerLink } from './queue/server.js'
import { within } from './queue/time.js'
import { WorkerStudies, type WorkerStudy } from './worker-studies.js'

export interface WorkerOptions {
  /** As of Trainer; neither changes a bit. Default `auto`: for a worker on each processor choose 1. */
  threads?: number | 'auto'
  /** As of Trainer. Default `auto`. */
  backend?: string
  /** The name in messages, of ASCII letters and signs without spaces. Default: the name of the machine, and the process number. */
  name?: string
  /** Ends the worker; a batch that it has goes back to the queue at once. Default: it works until the process ends. */
  signal?: Signal
  /** Called after each batch. An exception ends the worker. */
  onBatch?: (batch: WorkerBatch) => unknown
}

/** What a worker has done with a batch. */
export interface WorkerBatch {
  /**
   * `trained`; `verified`: it was trained by another worker before; `refused`: the search ends with `message`; `missing`: the
   * server has lost the data, and the search adds them again; `returned`: the worker was stopped; `unverified`: there is no
   * other worker
   */
  readonly state: 'trained' | 'verified' | 'refused' | 'missing' | 'returned' | 'unverified'
  /** The digest of the study's plan. */
  readonly plan: string
  /** The number of the batch, from 0. */
  readonly number: number
  /** The number of its first trial. */
  readonly first: number
  /** How many trials it has. */
  readonly trials: number
  readonly seconds: number
  /** Of a batch that was refused; otherwise empty. */
  readonly message: string
}

const OPTIONS: readonly (keyof WorkerOptions)[] = ['threads', 'backend', 'name', 'signal', 'onBatch']

/**
 * Trains the batches of a queue, one after the other, until the signal ends it. While the server cannot be reached it waits.
 * @throws (the promise is rejected) TypeError or RangeError for wrong options; Error for a server that is not reached at the
 *   start, and for packages that are missing
 */
export async function runWorker(queue: SearchQueue, options: WorkerOptions = {}): Promise<void> {
  const checked = checkQueue(queue, 'queue')
  const given = optionsObject(options, 'the options of runWorker', OPTIONS)
  const signal = abortSignal(given.signal)
  const name = given.name === undefined ? machineName() : checkWorkerName(given.name)
  const threads = given.threads === undefined ? 'auto' : threadCount(given.threads)
  chooseBackend(given.backend)
  const onBatch = callback(given.onBatch, 'onBatch') as WorkerOptions['onBatch'] | null
  if (signal?.aborted === true) return
  const link = await QueueServerLink.open(checked)
  const studies = new WorkerStudies(link, { threads, backend: given.backend as string | undefined })
  const worker = new SearchWorker(checked, link, studies, workerName(name), onBatch ?? null)
  const forget = signal === null ? null : onAbort(signal, () => worker.stop())
  if (signal?.aborted) worker.stop()
  try {
    await worker.ended
  } finally {
    forget?.()
    await link.close()
  }
}

const MAX_NAME = 100

function checkWorkerName(given: unknown): string {
  if (typeof given !== 'string') throw wrongType('a text', 'name of runWorker', given)
  if (!/^[!-~]+$/.test(given) || given.length > MAX_NAME) {
    throw wrongValue(`a text of 1 to ${MAX_NAME} ASCII characters without spaces`, 'name of runWorker', given)
  }
  return given
}

/** Names may be equal, on machines that are copies of one. */
const workerName = (name: string): WorkerName => ({ name, id: crypto.randomUUID() })

/** Milliseconds that a worker takes to end at most, where the server is gone. */
const CLOSING = 5000
/** Milliseconds between two attempts to reach the server. */
const AGAIN = 1000

class SearchWorker {
  /** Resolves when the worker has been stopped, and is rejected where `onBatch` has thrown. */
  readonly ended: Promise<void>
  private readonly worker: BullWorker
  private isStopped = false
  private current: WorkerStudy | null = null
  private resolve: () => void = () => {}
  private reject: (error: unknown) => void = () => {}

  constructor(
    private readonly queue: SearchQueue,
    private readonly link: QueueServerLink,
    private readonly studies: WorkerStudies,
    private readonly self: WorkerName,
    private readonly onBatch: ((batch: WorkerBatch) => unknown) | null,
  ) {
    const { connection, limits, name } = queue
    this.ended = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    this.worker = new link.bullmq.Worker(name, (job, token) => this.process(job, token), {
      connection: connection.options,
      name: self.name,
      concurrency: 1,
      lockDuration: limits.lock,
      stalledInterval: limits.lock / 2,
      maxStalledCount: limits.stalls,
      runRetryDelay: AGAIN,
      // Seconds: a batch that waits for another worker is not seen earlier.
      drainDelay: 1,
    })
    this.worker.on('error', link.report)
  }

  /** Puts the batch back that is being trained, and ends. */
  stop(error?: unknown): void {
    if (this.isStopped) return
    this.isStopped = true
    this.current?.runner.cancel()
    const { worker } = this
    const close = () => within(CLOSING, worker.close(), () => within(CLOSING, worker.close(true), () => {}))
    connected(worker)
      .then(close)
      .catch(this.link.report)
      .then(() => (error === undefined ? this.resolve() : this.reject(error)))
  }

  /** The return value of a job. */
  private async process(job: BullJob, token: string): Promise<string> {
    const { limits } = this.queue
    const { WaitingError, DelayedError } = this.link.bullmq
    const head = headOf((job.data as { text: string }).text)
    const isOwn = head.trainedBy === this.self.id
    if (isOwn && job.attemptsStarted <= limits.offers && (await this.hasOthers())) {
      await job.moveToDelayed(Date.now() + limits.offer, token)
      throw new DelayedError()
    }
    const started = performance.now()
    const answer = isOwn ? ({ kind: 'alone' } as const) : await this.answer(head)
    if (answer === null) await within(CLOSING, job.moveToWait(token), () => {})
    await this.report(head, answer, (performance.now() - started) / 1000)
    if (answer === null) throw new WaitingError()
    return answerText(answer)
  }

  /** Null: the worker was stopped. */
  private async answer(head: JobHead): Promise<Answer | null> {
    const { self } = this
    try {
      if (head.version !== VERSION) throw new Error(versionWords(self, head.version))
      const study = await this.studies.of(head, self)
      if (study === null) return { kind: 'missing' }
      this.current = study
      if (this.isStopped) return null
      const { settings, runner } = study
      const work = batchWork(settings, head.number, drawsOf(head, settings.space.parameters))
      const trained = await runner.run(work)
      return trained && { kind: 'trained', worker: self, outcomes: trained.outcomes, trained: trained.trained }
    } catch (error) {
      const name = error instanceof TypeError ? 'TypeError' : error instanceof RangeError ? 'RangeError' : 'Error'
      return { kind: 'error', worker: self, name, message: messageOf(error) }
    } finally {
      this.current = null
    }
  }

  private async hasOthers(): Promise<boolean> {
    const workers = await this.link.workers()
    return workers !== null && workers > 1
  }

  private async report(head: JobHead, answer: Answer | null, seconds: number): Promise<void> {
    const { plan, number, first, draws } = head
    const message = answer?.kind === 'error' ? answer.message : ''
    const state = stateOf(head, answer)
    try {
      await this.onBatch?.({ state, plan, number, first, trials: draws.length, seconds, message })
    } catch (error) {
      this.stop(error)
    }
  }
}

function stateOf({ trainedBy }: JobHead, answer: Answer | null): WorkerBatch['state'] {
  if (answer === null) return 'returned'
  if (answer.kind === 'trained') return trainedBy === null ? 'trained' : 'verified'
  return answer.kind === 'error' ? 'refused' : answer.kind === 'alone' ? 'unverified' : 'missing'
}

const versionWords = ({ name }: WorkerName, version: string): string =>
  `The worker ${name} has lockstep-nn ${VERSION}, and the search has lockstep-nn ${version}. Install one version on all machines.`
