/** Other Node processes: for code that needs a new process, or may crash. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { fileURLToPath } from 'node:url'

/** The folder of the package. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

export interface Ended {
  readonly status: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  readonly milliseconds: number
}

export interface ChildOptions {
  /** The folder in which `lockstep-nn` is resolved. */
  readonly cwd?: string
  readonly flags?: readonly string[]
  readonly variables?: Readonly<Record<string, string>>
  readonly timeout?: number
}

/** Runs a program with these arguments to its end. */
export function node(programArguments: readonly string[], options: ChildOptions = {}): Ended {
  const { cwd = ROOT, flags = [], variables = {}, timeout = 120_000 } = options
  const { LOCKSTEP_BACKEND: _, ...inherited } = env
  const start = performance.now()
  const { status, signal, stdout, stderr } = spawnSync(execPath, [...flags, ...programArguments], {
    cwd,
    env: { ...inherited, ...variables },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    timeout,
  })
  return { status, signal, stdout, stderr, milliseconds: performance.now() - start }
}

/** A process that a test can kill while it runs. */
export interface Started {
  readonly kill: () => void
  /** Whether it still runs. */
  readonly isRunning: () => boolean
  readonly ended: Promise<Omit<Ended, 'milliseconds'>>
}

/** Starts a compiled program of `test/support`, and resolves once it printed something or ended. */
export async function started(name: string, ...programArguments: string[]): Promise<Started> {
  const program = join(ROOT, 'out', 'test', 'support', `${name}.js`)
  const child = spawn(execPath, [program, ...programArguments], { cwd: ROOT })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => {
    stdout += text
  })
  child.stderr.on('data', (text) => {
    stderr += text
  })
  const ended = once(child, 'close').then(([status, signal]) => ({ status, signal, stdout, stderr }))
  await Promise.race([once(child.stdout, 'data'), ended])
  return { kill: () => child.kill('SIGKILL'), isRunning: () => child.exitCode === null, ended }
}

/** Runs ESM source text. */
export const script = (source: string, options?: ChildOptions): Ended =>
  node(['--input-type=module', '--eval', source], options)

/** Runs a compiled bench. */
export const bench = (name: string, ...options: string[]): Ended =>
  node([join(ROOT, 'out', 'bench', `${name}.js`), ...options])

/** Runs a compiled example. */
export const example = (name: string, options: readonly string[], settings?: ChildOptions): Ended =>
  node([join(ROOT, 'out', 'examples', `${name}.js`), ...options], settings)
