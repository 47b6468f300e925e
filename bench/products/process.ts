/** A program that answers each line with a line. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** It ended instead of answering. */
export class Ended extends Error {}

export class Answering {
  /** What it wrote to its standard error, the end of it. */
  complaints = ''
  private readonly child: ChildProcessWithoutNullStreams
  private readonly lines: AsyncIterator<string>
  /** Once it has ended and all that it wrote was read. */
  private readonly closed: Promise<unknown>
  private failure = ''

  constructor(
    readonly name: string,
    program: string,
    programArguments: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
  ) {
    this.child = spawn(program, programArguments, { env: { ...process.env, ...env } })
    this.closed = new Promise((resolve) => {
      this.child.on('close', resolve)
      this.child.on('error', (error) => {
        this.failure = error.message
        resolve(error)
      })
    })
    this.child.stdin.on('error', () => {})
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.complaints = (this.complaints + text).slice(-4000)
    })
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]()
  }

  ask(request: string): Promise<string> {
    this.child.stdin.write(`${request}\n`)
    return this.line()
  }

  /** What it says next, unasked. */
  async line(): Promise<string> {
    const { value, done } = await this.lines.next()
    if (!done) return value
    await this.closed
    const reason = this.failure || this.complaints.trim().split('\n').at(-1) || 'without a word'
    throw new Ended(`${this.name} ended: ${reason}`)
  }

  kill(): void {
    this.child.kill()
  }
}
