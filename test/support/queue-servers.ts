/** Servers of queues on this machine: Redis and PostgreSQL, on the loopback interface. They are killed when the tests end. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import process, { env, getuid } from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { end, freePort } from '../../bench/harness/servers.js'

export interface QueueServer {
  readonly url: string
  /** Starts it again on the same port, and resolves once it answers. */
  start(): Promise<void>
  /** Ends it at once, as a loss of power would. */
  kill(): Promise<void>
  /** Kills it, and removes its files. */
  remove(): Promise<void>
}

/** The path of a program; null where it is not installed. Debian has those of PostgreSQL in a folder of their own. */
function programAt(name: string): string | null {
  const versions = '/usr/lib/postgresql'
  const others = existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : []
  const folders = [...others, ...(env.PATH ?? '').split(delimiter)]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null
}

/** Why no server of a kind can be started; null: it can. */
function missingServer(kind: 'redis' | 'postgres'): string | null {
  const [programs, install] =
    kind === 'redis' ? [['redis-server'], 'redis-server'] : [['postgres', 'initdb'], 'postgresql']
  const missing = programs.find((name) => programAt(name) === null)
  return missing === undefined ? null : `${missing} is not installed (Debian: apt-get install ${install})`
}

const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

const isEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

/** A program that is started again on the same port. */
class Program implements QueueServer {
  private child: ChildProcess | null = null

  constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly run: () => ChildProcess,
    private readonly answers: () => boolean,
  ) {}

  async start(): Promise<void> {
    const until = performance.now() + 20_000
    while (performance.now() < until) {
      // PostgreSQL refuses to start as long as processes of the one before live.
      if (this.child === null || isEnded(this.child)) {
        this.child = this.run()
        children.add(this.child)
      }
      await delay(50)
      if (this.answers()) return
    }
    throw new Error(`The server ${this.url} does not answer.`)
  }

  async kill(): Promise<void> {
    const { child } = this
    if (child === null) return
    this.child = null
    children.delete(child)
    await end(child)
  }

  async remove(): Promise<void> {
    await this.kill()
    await delay(50)
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
}

const folderFor = (kind: string): string => mkdtempSync(join(tmpdir(), `lockstep-nn-${kind}-`))

/** @param persistent whether each operation is on the disk before it is answered */
export async function startRedis(persistent = false): Promise<QueueServer> {
  const program = programAt('redis-server') as string
  const folder = folderFor('redis')
  const port = await freePort()
  const flags = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '']
  const files = persistent ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
  const run = () => spawn(program, [...flags, ...files], { stdio: 'ignore' })
  const server = new Program(`redis://127.0.0.1:${port}`, folder, run, () => answersAt(port, 'PING\r\n', '+PONG'))
  await server.start()
  return server
}

/** Another process asks, so that the caller needs no promise. */
function answersAt(port: number, request: string, expected: string): boolean {
  const source =
    `const s=require('net').connect(${port},'127.0.0.1',()=>s.write(${JSON.stringify(request)}));` +
    `s.on('data',d=>{process.exitCode=String(d).startsWith(${JSON.stringify(expected)})?0:1;s.destroy()});s.on('error',()=>{process.exitCode=1})`
  return spawnSync(process.execPath, ['--eval', source], { timeout: 2000 }).status === 0
}

const USER = 'lockstep'
const NOBODY = 65534

export async function startPostgres(): Promise<QueueServer> {
  const [postgres, initdb, ready] = ['postgres', 'initdb', 'pg_isready'].map((name) => programAt(name) as string)
  const folder = folderFor('postgres')
  const port = await freePort()
  // PostgreSQL refuses to run as root.
  const isRoot = getuid?.() === 0
  if (isRoot) chownSync(folder, NOBODY, NOBODY)
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
  const data = join(folder, 'data')
  const flags = ['-D', data, '-A', 'trust', '-U', USER, '-E', 'UTF8', '--locale=C', '--no-sync']
  const made = spawnSync(initdb, flags, { ...user, cwd: folder, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
  const run = () =>
    spawn(postgres, ['-D', data, '-p', `${port}`, '-k', folder, '-h', '127.0.0.1'], {
      ...user,
      cwd: folder,
      stdio: 'ignore',
    })
  const answers = () => spawnSync(ready, ['-h', '127.0.0.1', '-p', `${port}`], { timeout: 2000 }).status === 0
  const server = new Program(`postgres://${USER}@127.0.0.1:${port}/postgres`, folder, run, answers)
  await server.start()
  return server
}

/**
 * Starts a server before the tests of a suite, and removes it after them. Where it is not installed, the tests are skipped
 * with the reason; where CI is set, they fail.
 */
export function queueServer(kind: 'redis' | 'postgres', start: () => Promise<QueueServer>): () => QueueServer {
  let server: QueueServer | undefined
  before(async function () {
    this.timeout(60_000)
    const missing = missingServer(kind)
    if (missing !== null && env.CI) throw new Error(missing)
    if (missing !== null) {
      console.log(`      skipped: ${missing}`)
      this.skip()
    }
    server = await start()
  })
  after(() => server?.remove())
  return () => server as QueueServer
}
