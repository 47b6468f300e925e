/** Times and sizes of queues. Tests choose others. docs/search.md names them. */

export interface QueueLimits {
  /** The batches of a search that are in the queue at once. */
  readonly ahead: number
  /** Milliseconds in which a server must be reached at the start. */
  readonly connect: number
  /** Milliseconds after which one operation of the server has failed. */
  readonly operation: number
  /** Milliseconds without the server after which a search gives up. */
  readonly outage: number
  /** Milliseconds without a worker after which a search gives up. */
  readonly idle: number
  /** Milliseconds between two looks at the jobs, whose events may be lost. */
  readonly poll: number
  /** Milliseconds after which the batch of a worker that does not renew its lock goes to another. */
  readonly lock: number
  /** How many workers may end while they train one batch. */
  readonly stalls: number
  /** Milliseconds after which a batch to verify is offered again to another worker. */
  readonly offer: number
  /** How often a batch to verify is offered before it stays unverified. */
  readonly offers: number
  /** Milliseconds for which jobs and data are kept that no search has removed. */
  readonly kept: number
}

const SECOND = 1000
const MINUTE = 60 * SECOND

export const LIMITS: QueueLimits = {
  ahead: 64,
  connect: 10 * SECOND,
  operation: 30 * SECOND,
  outage: 10 * MINUTE,
  idle: 10 * MINUTE,
  poll: 3 * SECOND,
  lock: 30 * SECOND,
  stalls: 5,
  offer: 0.5 * SECOND,
  offers: 1200,
  kept: 7 * 24 * 60 * MINUTE,
}
