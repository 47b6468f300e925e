/** Workers of a queue: each is the command `lockstep-nn worker` in a process of its own, on one thread. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ProcessError } from '../../harness/process.js'
import { end } from '../../harness/servers.js'

const COMMAND = fileURLToPath(new URL('../../../../dist/cli/main.js', import.meta.url))

export interface Workers {
  /** Throws where one has ended. */
  check(): void
  close(): Promise<void>
}

/** Starts workers, and resolves once each has printed that it works. */
export async function startWorkers(connection: string, queue: string, count: number): Promise<Workers> {
  const complaints: string[] = Array(count).fill('')
  const children = Array.from({ length: count }, (_, i): ChildProcess => {
    const flags = ['worker', '--connection', connection, '--queue', queue, '--threads', '1', '--json']
    const child = spawn(process.execPath, [COMMAND, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints[i] = (complaints[i] + text).slice(-2000)
    })
    return child
  })
  const kill = () => {
    for (const child of children) child.kill('SIGKILL')
  }
  process.once('exit', kill)
  const check = () => {
    for (const [i, child] of children.entries()) {
      if (child.exitCode !== null) throw new ProcessError(`A worker ended with ${child.exitCode}: ${complaints[i]}`)
    }
  }
  const close = async () => {
    process.removeListener('exit', kill)
    await Promise.all(children.map((child) => end(child, 'SIGTERM')))
  }
  try {
    await Promise.all(children.map((child) => Promise.race([once(child.stderr!, 'data'), once(child, 'close')])))
    check()
    return { check, close }
  } catch (error) {
    await close()
    throw error
  }
}
