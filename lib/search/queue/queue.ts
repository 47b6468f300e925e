/** queue: where the trials of a search are trained by workers, on this machine and others. */
import { brand, isBranded } from '../../checks/brand.js'
import { wrongType, wrongValue } from '../../checks/errors.js'
import { INSPECT, summary } from '../../checks/inspect.js'
import { optionsObject } from '../../checks/validate.js'
import { type Connection, readConnection } from './connection.js'
import { LIMITS, type QueueLimits } from './limits.js'

export interface QueueOptions {
  /**
   * The server: a URL (`redis://`, `rediss://`, `postgres://`, `postgresql://`), or the options of ioredis for a server of
   * Redis, such as `{ host, port, username, password, tls }`.
   */
  connection: string | Readonly<Record<string, unknown>>
  /** The name of the queue. Searches and workers with the same name belong together. Default `lockstep-nn`. */
  name?: string
  /** The share of the batches that a second worker trains too, from 0 to 1. Different results are an error. Default 0. */
  verify?: number
}

const OPTIONS: readonly (keyof QueueOptions)[] = ['connection', 'name', 'verify']

export const DEFAULT_NAME = 'lockstep-nn'
const MAX_NAME = 100

/** A queue of batches of trials on BullMQ. Nothing is connected before a search or a worker uses it. */
export class SearchQueue {
  /** @internal */
  readonly connection: Connection
  readonly name: string
  readonly verify: number

  /** @internal */
  constructor(
    options: QueueOptions,
    /** @internal */
    readonly limits: QueueLimits = LIMITS,
  ) {
    const { connection, name, verify } = optionsObject(options, 'the options of queue', OPTIONS)
    this.connection = readConnection(connection)
    this.name = name === undefined ? DEFAULT_NAME : checkName(name)
    this.verify = verify === undefined ? 0 : checkShare(verify)
  }

  /** What `console.log` shows: no password. @internal */
  [INSPECT](): string {
    return summary(`Queue ${this.name} on ${this.connection.address}`, [])
  }

  /** Without the password. */
  toJSON(): object {
    const { name, verify, connection } = this
    return { name, verify, server: connection.address }
  }
}

brand(SearchQueue, 'SearchQueue')

/**
 * A queue for the option `on` of `search`, and for `runWorker`.
 * @throws TypeError or RangeError for wrong options. A server that cannot be reached is an error of `search` and `runWorker`
 */
export const queue = (options: QueueOptions): SearchQueue => new SearchQueue(options)

/** @param name what errors call it */
export function checkQueue(given: unknown, name: string): SearchQueue {
  if (isBranded<SearchQueue>(given, 'SearchQueue')) return given
  throw wrongType('a queue', name, given, 'Make one: queue({ connection: "redis://localhost:6379" }).')
}

function checkName(given: unknown): string {
  if (typeof given !== 'string') throw wrongType('a text', 'name of queue', given)
  if (!/^[^:\s\p{Cc}]+$/u.test(given) || given.length > MAX_NAME) {
    throw wrongValue(`a text of 1 to ${MAX_NAME} characters without colons and spaces`, 'name of queue', given)
  }
  return given
}

function checkShare(given: unknown): number {
  const expected = 'a share from 0 to 1'
  if (typeof given !== 'number') throw wrongType(expected, 'verify of queue', given)
  if (!(given >= 0 && given <= 1)) throw wrongValue(expected, 'verify of queue', given)
  return given
}
