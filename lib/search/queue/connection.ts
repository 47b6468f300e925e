/** Where the server of a queue is, and how BullMQ connects to it. */
import { wrongType, wrongValue } from '../../checks/errors.js'
import type { QueueServer } from '../../platform/queue.js'

export interface Connection {
  readonly server: QueueServer
  /** For messages: without user and password. */
  readonly address: string
  /** The option `connection` of BullMQ. */
  readonly options: Readonly<Record<string, unknown>>
}

const SCHEMES: Readonly<Record<string, QueueServer>> = {
  'redis:': 'redis',
  'rediss:': 'redis',
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
}

const EXPECTED =
  'a URL such as redis://localhost:6379 or postgres://user@localhost/database, or an object of options of ioredis,'
const NAME = 'connection of queue'

/** Milliseconds between two attempts to connect. */
const RETRY = 500
/** Milliseconds of one attempt. */
const ATTEMPT = 5000

/** @throws TypeError or RangeError, which never name a password */
export function readConnection(given: unknown): Connection {
  if (typeof given === 'string') return ofUrl(given)
  const isPlain = typeof given === 'object' && given !== null && !Array.isArray(given)
  if (!isPlain) throw wrongType(EXPECTED, NAME, given)
  const options = given as Readonly<Record<string, unknown>>
  if (typeof options.on === 'function') {
    const remedy = 'A queue makes its own connections, and closes them.'
    throw wrongType('options of ioredis, and no client,', NAME, given, remedy)
  }
  if (options.keyPrefix !== undefined) {
    throw wrongType('nothing', `keyPrefix of ${NAME}`, options.keyPrefix, 'Give the queue another name.')
  }
  const { host = 'localhost', port = 6379, path } = options
  const address = typeof path === 'string' ? `redis:${path}` : `redis://${host}:${port}`
  return { server: 'redis', address, options: { ...redisOptions(), ...options } }
}

function ofUrl(text: string): Connection {
  const url = parsed(text)
  const { protocol, hostname, port, pathname } = url
  const server = Object.hasOwn(SCHEMES, protocol) ? SCHEMES[protocol] : undefined
  // Not the text, which may have a password.
  if (server === undefined) throw wrongValue(EXPECTED, NAME, `${protocol}//…`)
  const address = `${protocol}//${hostname}${port === '' ? '' : `:${port}`}${pathname === '/' ? '' : pathname}`
  if (server === 'redis') return { server, address, options: { ...redisOptions(), url: text } }
  return { server, address, options: { ...postgresOptions(), connectionString: text } }
}

function parsed(text: string): URL {
  try {
    return new URL(text)
  } catch {
    throw wrongValue(EXPECTED, NAME, text.includes('@') ? `…@${text.slice(text.lastIndexOf('@') + 1)}` : text)
  }
}

const redisOptions = () => ({ retryStrategy: () => RETRY, connectTimeout: ATTEMPT })

/** BullMQ makes its tables in the schema `bullmq` where they are missing. */
const postgresOptions = () => ({ migrate: true, connectionTimeoutMillis: ATTEMPT, keepAlive: true, max: 4 })
