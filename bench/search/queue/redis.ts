/** A server of Redis for the bench, on the loopback interface and without files. */
import { spawn, spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { CannotMeasure } from '../../harness/program.js'
import { end, freePort } from '../../harness/servers.js'

const PROGRAM = 'redis-server'
const START_MS = 10_000
const POLL_MS = 20

export interface Redis {
  readonly url: string
  close(): Promise<void>
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const answer = (isOpen: boolean) => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.once('connect', () => answer(true)).once('error', () => answer(false))
  })

/** @throws CannotMeasure where Redis is not installed, or does not start */
export async function startRedis(): Promise<Redis> {
  if (spawnSync(PROGRAM, ['--version']).status !== 0) {
    throw new CannotMeasure(`${PROGRAM} is not installed (Debian: apt-get install redis-server).`)
  }
  const port = await freePort()
  const flags = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', tmpdir(), '--save', '', '--appendonly', 'no']
  const child = spawn(PROGRAM, flags, { stdio: 'ignore' })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const close = async () => {
    process.removeListener('exit', kill)
    await end(child)
  }
  for (let waited = 0; waited < START_MS && child.exitCode === null; waited += POLL_MS) {
    if (await accepts(port)) return { url: `redis://127.0.0.1:${port}`, close }
    await delay(POLL_MS)
  }
  await close()
  throw new CannotMeasure(`${PROGRAM} did not start on port ${port}.`)
}
