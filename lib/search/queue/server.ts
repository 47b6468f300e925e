/** The server of a queue: its jobs and its data, with operations that are repeated while it cannot be reached. */
import { loadBullmq } from '#queue'
import { messageOf } from '../../checks/errors.js'
import type { BullJob, Bullmq, BullQueue } from '../../platform/queue.js'
import type { SearchQueue } from './queue.js'
import { delay, within } from './time.js'

/** Milliseconds between two attempts. */
const AGAIN = 500

/** The events that BullMQ keeps: those of results have as many bytes as these. */
const EVENTS = 1000

export class QueueServerLink {
  private isClosed = false
  /** When an operation last succeeded. */
  private reached = performance.now()

  private constructor(
    readonly bullmq: Bullmq,
    readonly jobs: BullQueue,
    /** Its jobs are pieces of data, which nobody processes. */
    readonly data: BullQueue,
    private readonly queue: SearchQueue,
    private readonly errors: ServerErrors,
  ) {}

  /**
   * Connects to the server of a queue.
   * @throws (the promise is rejected) Error for a server that is not reached in time, and for packages that are missing
   */
  static async open(queue: SearchQueue): Promise<QueueServerLink> {
    const { connection, name, limits } = queue
    const bullmq = loadBullmq(connection.server)
    const errors = new ServerErrors()
    const until = performance.now() + limits.connect
    for (;;) {
      const [jobs, data] = [name, `${name}-data`].map((one) => openQueue(bullmq, one, queue, errors))
      const isReady = await within(
        Math.max(until - performance.now(), 1),
        Promise.all([jobs.waitUntilReady(), data.waitUntilReady()]).then(
          () => true,
          (error: unknown) => errors.add(error),
        ),
        () => false,
      )
      if (isReady) return new QueueServerLink(bullmq, jobs, data, queue, errors)
      for (const one of [jobs, data]) closeQuietly(one)
      if (performance.now() + AGAIN > until) break
      await delay(AGAIN)
    }
    throw new Error(
      `The server ${connection.address} of the queue was not reached within ${limits.connect / 1000} s` +
        `${errors.words()}. Start it, or correct connection.`,
    )
  }

  /**
   * The result of an operation that may be done twice. It is repeated while the server is not reached.
   * @throws (the promise is rejected) Error where that takes too long
   */
  async attempt<Result>(operation: () => Promise<Result>): Promise<Result> {
    const { limits, connection } = this.queue
    for (;;) {
      try {
        const late = () => Promise.reject(new Error('it does not answer'))
        const result = await within(limits.operation, operation(), late)
        this.reached = performance.now()
        return result
      } catch (error) {
        if (this.isClosed) throw error
        this.errors.add(error)
        if (performance.now() - this.reached > limits.outage) {
          throw new Error(
            `The server ${connection.address} of the queue was not reached for ${limits.outage / 60_000} minutes` +
              `${this.errors.words()}. Start it again; with a journal, the search goes on where it was.`,
            { cause: error },
          )
        }
      }
      await delay(AGAIN)
    }
  }

  /** The number of workers that are connected; null where the server does not tell it. */
  async workers(): Promise<number | null> {
    try {
      return await within(this.queue.limits.operation, this.jobs.getWorkersCount(), () => 0)
    } catch {
      return null
    }
  }

  job(id: string): Promise<BullJob | undefined> {
    return this.attempt(() => this.jobs.getJob(id))
  }

  /** What an error was, for BullMQ, whose connections report theirs as events. */
  readonly report = (error: unknown): void => void this.errors.add(error)

  /** Where the server is not reached, nothing is waited for. */
  async close(): Promise<void> {
    this.isClosed = true
    await Promise.all([this.jobs, this.data].map(closeQuietly))
  }
}

function openQueue(bullmq: Bullmq, name: string, { connection }: SearchQueue, errors: ServerErrors): BullQueue {
  const options = { connection: connection.options, streams: { events: { maxLen: EVENTS } } }
  const opened = new bullmq.Queue(name, options)
  opened.on('error', (error) => void errors.add(error))
  return opened
}

/** Milliseconds that a connection may take to close. */
const CLOSING = 2000

/**
 * Resolves once something is connected, or after a while. BullMQ leaves a connection to PostgreSQL open that is being made
 * while it closes, and the process would not end.
 */
export const connected = (one: { waitUntilReady(): Promise<unknown> }): Promise<void> =>
  within(
    CLOSING,
    one.waitUntilReady().then(
      () => {},
      () => {},
    ),
    () => {},
  )

/** Closes what has a connection. */
export async function closeQuietly(one: { close(): Promise<void>; disconnect?(): Promise<void> }): Promise<void> {
  try {
    await within(CLOSING, one.close(), () => {
      // It may wait for a server that is gone.
      one.disconnect?.().catch(() => {})
    })
  } catch {
    // It was not connected.
  }
}

/** The last error of a server, for messages. */
class ServerErrors {
  private last: unknown = null

  /** Returns false: there is no result. */
  add(error: unknown): false {
    this.last = error
    return false
  }

  /** Such as `: connect ECONNREFUSED`; empty where there was no error. */
  words(): string {
    if (this.last === null) return ''
    const { errors } = this.last as { errors?: unknown }
    // Of a host with several addresses.
    const first = Array.isArray(errors) && errors.length > 0 ? errors[0] : this.last
    const { code } = first as { code?: unknown }
    const message = messageOf(first) || String(code ?? '')
    return message === '' ? '' : `: ${message.replace(/\.$/, '')}`
  }
}
