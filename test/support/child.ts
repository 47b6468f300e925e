/** Other Node processes: for code that needs a new process, or may crash. */
import { spawnSync } from 'node:child_process'
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

/** Runs ESM source text. */
export const script = (source: string, options?: ChildOptions): Ended =>
  node(['--input-type=module', '--eval', source], options)

/** Runs a compiled bench. */
export const bench = (name: string, ...options: string[]): Ended =>
  node([join(ROOT, 'out', 'bench', `${name}.js`), ...options])

/** Runs a compiled example. */
export const example = (name: string, options: readonly string[], settings?: ChildOptions): Ended =>
  node([join(ROOT, 'out', 'examples', `${name}.js`), ...options], settings)
