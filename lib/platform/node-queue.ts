/** What a search over several machines needs, in Node.js, Bun and Deno. */
import { hostname } from 'node:os'
import process from 'node:process'
import { promisify } from 'node:util'
import { deflate, inflate } from 'node:zlib'
import { requireHere } from './node-require.js'
import type { Bullmq, QueueServer } from './queue.js'

/** The package that connects BullMQ to a server. */
const DRIVERS: Readonly<Record<QueueServer, string>> = { redis: 'ioredis', postgres: 'pg' }

interface BullmqModule extends Bullmq {
  readonly createPostgresBackend?: unknown
  readonly withBackend?: (factory: unknown) => Pick<Bullmq, 'Queue' | 'QueueEvents' | 'Worker'>
}

export function loadBullmq(server: QueueServer): Bullmq {
  const driver = DRIVERS[server]
  const install = `npm install bullmq ${driver}`
  const loaded = (name: string): unknown => {
    try {
      return requireHere(name)
    } catch (error) {
      const message = `A queue needs the package ${name}, which could not be loaded. Install it: ${install}`
      throw new Error(message, { cause: error })
    }
  }
  const bullmq = loaded('bullmq') as BullmqModule
  // BullMQ loads the driver by itself: here only to say what is missing.
  loaded(driver)
  if (server === 'redis') return bullmq
  const { createPostgresBackend, withBackend } = bullmq
  if (createPostgresBackend === undefined || withBackend === undefined) {
    throw new Error(`This version of bullmq has no queues in PostgreSQL. Install 6.7 or newer: ${install}`)
  }
  const { WaitingError, DelayedError } = bullmq
  return { ...withBackend(createPostgresBackend), WaitingError, DelayedError }
}

export const machineName = (): string => `${hostname()}-${process.pid}`

const deflated = promisify(deflate)
const inflated = promisify(inflate)

/** The fastest level: digits and base64 become little smaller by others. */
const LEVEL = 1

export const compressed = (text: string): Promise<Uint8Array> => deflated(text, { level: LEVEL })

export const decompressed = async (bytes: Uint8Array): Promise<string> => (await inflated(bytes)).toString('utf8')
