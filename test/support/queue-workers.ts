/** Workers for the tests of queues: in this process, and in others that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { runWorker, type WorkerBatch } from 'lockstep-nn/search'
import { SearchQueue } from '#lib/search/queue/queue.js'
import { ROOT } from './child.js'
import { SHORT } from './queue-studies.js'

export const testQueue = (connection: string, name: string, verify = 0): SearchQueue =>
  new SearchQueue({ connection, name, verify }, SHORT)

/** Work during which workers of this process run; returns what these have done, too. */
export async function withWorkers<Result>(
  queue: SearchQueue,
  count: number,
  work: (batches: readonly (WorkerBatch & { readonly worker: number })[]) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const batches: (WorkerBatch & { worker: number })[] = []
  const workers = Array.from({ length: count }, (_, worker) =>
    runWorker(queue, {
      name: `worker-${worker}`,
      threads: 1,
      signal: controller.signal,
      onBatch: (batch) => void batches.push({ ...batch, worker }),
    }),
  )
  try {
    return await work(batches)
  } finally {
    controller.abort()
    await Promise.all(workers)
  }
}

/** A process that prints lines. */
export interface LineProcess {
  readonly child: ChildProcess
  readonly lines: readonly string[]
  /** Resolves once it has printed this many lines, or ended. */
  printed(count: number): Promise<void>
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | string | null>
  readonly errors: () => string
}

export function startProgram(name: string, settings: object): LineProcess {
  const program = join(ROOT, 'out', 'test', 'support', `${name}.js`)
  const child = spawn(execPath, [program, JSON.stringify(settings)], { cwd: ROOT })
  const lines: string[] = []
  let rest = ''
  let stderr = ''
  child.stdout.on('data', (text) => {
    const all = `${rest}${text}`.split('\n')
    rest = all.pop() as string
    lines.push(...all)
  })
  child.stderr.on('data', (text) => {
    stderr += text
  })
  const ended = once(child, 'close').then(([status, signal]) => status ?? signal)
  return {
    child,
    lines,
    ended,
    errors: () => stderr,
    async printed(count) {
      while (lines.length < count && child.exitCode === null && child.signalCode === null) {
        await Promise.race([once(child.stdout, 'data'), ended])
      }
    },
  }
}

export const startWorker = (connection: string, name: string, worker: string): LineProcess =>
  startProgram('queue-worker-program', { connection, name, worker })
