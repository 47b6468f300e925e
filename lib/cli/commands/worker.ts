/** `worker`: trains the trials that searches put into a queue. */
import process from 'node:process'
import { runWorker, type WorkerBatch } from '../../search/index.js'
import { DONE, UsageError } from '../support/errors.js'
import { interruptible } from '../support/interrupt.js'
import { standardOutput } from '../support/output.js'
import { figure } from '../support/progress.js'
import { queueOf } from '../support/queue.js'
import type { Run } from '../support/spec.js'

interface WorkerFlags {
  readonly connection?: string
  readonly queue?: string
  readonly name?: string
  readonly threads?: number
  readonly json?: boolean
  readonly quiet?: boolean
}

export const run: Run = async (_operands, given) => {
  const { connection, queue: queueName, name, threads, json = false, quiet = false } = given as WorkerFlags
  if (json && quiet) throw new UsageError('Expected one of --json and --quiet.')
  const queue = queueOf({ url: connection, name: queueName }, '--connection')
  const controller = new AbortController()
  const output = standardOutput()
  const onBatch = async (batch: WorkerBatch): Promise<void> => {
    if (!quiet) await output.write(`${json ? JSON.stringify(batch) : lineOf(batch)}\n`)
  }
  const say = (text: string): void => void (quiet || process.stderr.write(`${text}\n`))
  return await interruptible(
    async () => {
      say(`Worker on ${queue.connection.address}, queue ${queue.name}. Ctrl-C ends it; a batch that it has goes back.`)
      try {
        await runWorker(queue, {
          ...(name === undefined ? {} : { name }),
          ...(threads === undefined ? {} : { threads }),
          signal: controller.signal,
          onBatch,
        })
      } catch (error) {
        if (error instanceof TypeError || error instanceof RangeError) {
          throw new UsageError(error.message.replace('name of runWorker', '--name'), { cause: error })
        }
        throw error
      }
      return DONE
    },
    () => {
      say('Stopping.')
      controller.abort()
    },
  )
}

const WORDS: Readonly<Record<WorkerBatch['state'], string>> = {
  trained: 'trained',
  verified: 'trained to verify another worker',
  refused: 'refused',
  missing: 'waits for the data of the search',
  returned: 'put back',
  unverified: 'not verified: there is no other worker',
}

function lineOf({ state, plan, number, first, trials, seconds, message }: WorkerBatch): string {
  const which = trials === 1 ? `trial ${first}` : `trials ${first} to ${first + trials - 1}`
  const what = `${WORDS[state]}${message === '' ? '' : `: ${message.replaceAll(/\s*[\r\n]+\s*/g, ' ')}`}`
  return `study ${plan.slice(0, 8)}, batch ${number}, ${which}: ${what} (${figure(seconds)} s)`
}
