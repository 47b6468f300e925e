/**
 * A peer in a process of its own, asked for one training at a time. Whatever it does wrong (it ends, prints something else,
 * never answers, trains less than it was told) becomes one line, and the other peers go on.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { isAbsolute, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Peer } from './catalog.js'

/** What a peer says of itself before it trains. */
export interface Ready {
  version: string
  note?: string
  float: 32 | 64
  sameStart: boolean
  sameWork?: boolean
}

/** Why it cannot do this workload, and whether that is for something that can be installed. */
export interface Skipped {
  skipped: string
  installed: boolean
}

export interface Answer {
  seconds: number
  loss: number | null
  epochs: number
}

/** Something that a peer did wrong. */
export class PeerError extends Error {}

/** A training took too long, or will never end. */
export class TooSlow extends PeerError {}

const ONE_THREAD = {
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  RAYON_NUM_THREADS: '1',
}

/** How long a peer has to end after its input did. */
const END_SECONDS = 2

const SHOWN = 200

export class PeerProcess {
  private readonly child: ChildProcessWithoutNullStreams
  private readonly lines: string[] = []
  private complaints = ''
  private ended: string | undefined
  private wake: () => void = () => {}

  constructor(peer: Peer, directory: string) {
    const [program, ...rest] = peer.command
    this.child = spawn(locate(program, peer.folder), [...rest, directory], {
      cwd: peer.folder,
      env: { ...process.env, ...ONE_THREAD },
    })
    this.child.on('error', (error) => this.end(`it could not be started: ${error.message}`))
    // 'close' comes after the last of its output was read.
    this.child.on('close', (code, signal) =>
      this.end(`it ended with ${signal ?? `code ${code}`}${this.lastComplaint()}`),
    )
    // Writing to a process that has ended is told of by its end.
    this.child.stdin.on('error', () => {})
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.complaints = (this.complaints + text).slice(-4000)
    })
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.lines.push(line)
      this.wake()
    })
  }

  /** What it says of itself, or why it cannot do this workload. */
  async ready(timeout: number): Promise<Ready | Skipped> {
    const said = await this.next(timeout).catch((error) => {
      throw error instanceof TooSlow ? new PeerError(`it was not ready within ${timeout} s`) : error
    })
    if (typeof said.skipped === 'string') return { skipped: oneLine(said.skipped), installed: said.installed !== false }
    const { version, note, float, sameStart, sameWork } = said
    const complete =
      said.ready === true &&
      typeof version === 'string' &&
      (float === 32 || float === 64) &&
      typeof sameStart === 'boolean'
    if (!complete) throw new PeerError(`expected "ready" with version, float and sameStart but it said ${show(said)}`)
    return {
      version,
      float,
      sameStart,
      ...(typeof note === 'string' && note !== '' ? { note: oneLine(note) } : {}),
      ...(typeof sameWork === 'boolean' ? { sameWork } : {}),
    }
  }

  async train(start: number, epochs: number, timeout: number): Promise<Answer> {
    this.child.stdin.write(`${JSON.stringify({ start, epochs })}\n`)
    const { seconds, loss, epochs: done } = await this.next(timeout)
    if (!(typeof seconds === 'number' && seconds > 0) || !(typeof loss === 'number' || loss === null)) {
      throw new PeerError(
        `expected "seconds" above 0 and a "loss" but it said ${show({ seconds, loss, epochs: done })}`,
      )
    }
    if (done !== epochs) throw new PeerError(`it trained for ${done} epochs instead of ${epochs}`)
    return { seconds, loss, epochs }
  }

  /** Lets it end by itself, and ends it where it doesn't. */
  async close(): Promise<void> {
    this.child.stdin.end()
    await this.waitFor(() => this.ended !== undefined, END_SECONDS)
    if (this.ended === undefined) this.kill()
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }

  private async next(timeout: number): Promise<Record<string, unknown>> {
    await this.waitFor(() => this.lines.length > 0 || this.ended !== undefined, timeout)
    const line = this.lines.shift()
    if (line === undefined) {
      if (this.ended !== undefined) throw new PeerError(this.ended)
      this.kill()
      throw new TooSlow(`no answer within ${timeout} s`)
    }
    try {
      const value: unknown = JSON.parse(line)
      if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
    } catch {}
    throw new PeerError(`expected a line of JSON but it printed ${show(line)}`)
  }

  private async waitFor(condition: () => boolean, timeout: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), timeout * 1000)
    })
    while (!condition()) {
      const woken = new Promise<void>((resolve) => {
        this.wake = resolve
      })
      if ((await Promise.race([woken, tooLate])) === 'late') break
    }
    clearTimeout(timer)
  }

  private end(how: string): void {
    this.ended ??= how
    this.wake()
  }

  private lastComplaint(): string {
    // A trace of Node's ends with its version; what went wrong stands above it, where the error has its name.
    const lines = this.complaints
      .split('\n')
      .filter((line) => line.trim() !== '' && !/^(Node\.js v| {4}at )/.test(line))
    const line = lines.findLast((one) => /^\w*(Error|Exception|panicked)\b/.test(one)) ?? lines.at(-1)
    return line === undefined ? '' : `: ${oneLine(line)}`
  }
}

/** A name as the shell would find it; a path from the peer's folder; this Node for `node`. */
function locate(program: string, folder: string): string {
  if (program === 'node') return process.execPath
  return program.includes('/') && !isAbsolute(program) ? join(folder, program) : program
}

const show = (value: unknown): string => {
  const text = oneLine(typeof value === 'string' ? value : JSON.stringify(value))
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, ' ')
