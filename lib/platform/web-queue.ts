/** What a search over several machines needs: browsers do not have it. */
import type { Bullmq, QueueServer } from './queue.js'

function refused(): never {
  throw new Error('A queue needs Node.js, Bun or Deno: a browser cannot connect to Redis or PostgreSQL.')
}

export const loadBullmq = (_server: QueueServer): Bullmq => refused()

export const machineName = (): string => refused()

export const compressed = async (_text: string): Promise<Uint8Array> => refused()

export const decompressed = async (_bytes: Uint8Array): Promise<string> => refused()
