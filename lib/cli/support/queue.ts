/** The queue that flags name. */
import { env } from 'node:process'
import { queue, type SearchQueue } from '../../search/index.js'
import { UsageError } from './errors.js'

/** Holds the URL of a server. Other users of a machine see the command line of a process, and so a password in it. */
const VARIABLE = 'LOCKSTEP_CONNECTION'

export interface QueueFlags {
  readonly url: string | undefined
  readonly name: string | undefined
  readonly verify?: number
}

/**
 * @param flag that of the URL
 * @throws UsageError for no URL, and for wrong flags
 */
export function queueOf({ url, name, verify }: QueueFlags, flag: string): SearchQueue {
  const connection = url ?? env[VARIABLE]
  if (connection === undefined || connection === '') {
    throw new UsageError(
      `Expected ${flag} with the URL of a server, such as redis://localhost:6379, or the environment variable ${VARIABLE}.`,
    )
  }
  try {
    return queue({
      connection,
      ...(name === undefined ? {} : { name }),
      ...(verify === undefined ? {} : { verify }),
    })
  } catch (error) {
    const words = (error as Error).message
      .replace('connection of queue', url === undefined ? VARIABLE : flag)
      .replace('name of queue', '--queue')
      .replace(/, or an object of options of ioredis,/, '')
    throw new UsageError(words, { cause: error })
  }
}
