/** A program in a process of its own that answers each line on its input with a line on its output. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** The program ended, could not be started, or printed an invalid line. */
export class ProcessError extends Error {}

/** No answer came in time. The program is killed. */
export class TooSlow extends ProcessError {}

export interface ProcessOptions {
  readonly cwd?: string
  /** Added to the variables of this process; `undefined` removes one. */
  readonly env?: NodeJS.ProcessEnv
}

/** Limits libraries of linear algebra to a number of threads. They choose their kernels themselves. */
export const threadVariables = (threads: number) => ({
  OMP_NUM_THREADS: `${threads}`,
  OPENBLAS_NUM_THREADS: `${threads}`,
  MKL_NUM_THREADS: `${threads}`,
  RAYON_NUM_THREADS: `${threads}`,
  OPENBLAS_CORETYPE: undefined,
  XLA_FLAGS: undefined,
})

export const ONE_THREAD = threadVariables(1)

/** The time limit for a program to exit after its input ended. */
const END_SECONDS = 2

const SHOWN = 200

export class LineProcess {
  /** The end of its standard error. */
  complaints = ''
  private readonly child: ChildProcessWithoutNullStreams
  private readonly lines: string[] = []
  private ended: string | undefined
  private wake: () => void = () => {}

  /** `name` begins the messages of errors. */
  constructor(
    readonly name: string,
    program: string,
    programArguments: readonly string[] = [],
    { cwd, env }: ProcessOptions = {},
  ) {
    this.child = spawn(program, programArguments, { cwd, env: { ...process.env, ...env } })
    this.child.on('error', (error) => this.end(`could not be started: ${error.message}`))
    // 'close' is emitted after all output was read.
    this.child.on('close', (code, signal) => this.end(`ended with ${signal ?? `code ${code}`}${this.lastComplaint()}`))
    // A write to an ended process needs no error here: the 'close' event reports the end.
    this.child.stdin.on('error', () => {})
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.complaints = (this.complaints + text).slice(-4000)
    })
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.lines.push(line)
      this.wake()
    })
  }

  /** Sends a line and resolves to the next line. */
  ask(request: string, timeout?: number): Promise<string> {
    this.child.stdin.write(`${request}\n`)
    return this.line(timeout)
  }

  /** The next line. `timeout`: in seconds. */
  async line(timeout = Number.POSITIVE_INFINITY): Promise<string> {
    await this.waitFor(() => this.lines.length > 0 || this.ended !== undefined, timeout)
    const line = this.lines.shift()
    if (line !== undefined) return line
    if (this.ended !== undefined) throw new ProcessError(`${this.name} ${this.ended}`)
    this.kill()
    throw new TooSlow(`no answer within ${timeout} s`)
  }

  /** Sends an object as a line of JSON and resolves to the next object. */
  askJson(request: object, timeout?: number): Promise<Record<string, unknown>> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`)
    return this.json(timeout)
  }

  /** The next line, which must be an object in JSON. */
  async json(timeout?: number): Promise<Record<string, unknown>> {
    const line = await this.line(timeout)
    try {
      const value: unknown = JSON.parse(line)
      if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
    } catch {}
    throw new ProcessError(`expected a line of JSON but ${this.name} printed ${show(line)}`)
  }

  /** Ends its input, and kills it if it does not exit by itself. */
  async close(): Promise<void> {
    this.child.stdin.end()
    await this.waitFor(() => this.ended !== undefined, END_SECONDS)
    if (this.ended === undefined) this.kill()
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }

  private async waitFor(condition: () => boolean, timeout: number): Promise<void> {
    let late = false
    const timer = Number.isFinite(timeout)
      ? setTimeout(() => {
          late = true
          this.wake()
        }, timeout * 1000)
      : undefined
    while (!condition() && !late) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
    clearTimeout(timer)
  }

  private end(how: string): void {
    this.ended ??= how
    this.wake()
  }

  private lastComplaint(): string {
    // A stack trace of Node ends with its version; the line with the error's name is above it.
    const lines = this.complaints
      .split('\n')
      .filter((line) => line.trim() !== '' && !/^(Node\.js v| {4}at )/.test(line))
    const line = lines.findLast((one) => /^\w*(Error|Exception|panicked)\b/.test(one)) ?? lines.at(-1)
    return line === undefined ? '' : `: ${oneLine(line)}`
  }
}

/** A value in one line of a message. */
export const show = (value: unknown): string => {
  const text = oneLine(typeof value === 'string' ? value : JSON.stringify(value))
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

export const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, ' ')
