/** The program `lockstep-nn` in processes of their own, and tables for it. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { ROOT } from './child.js'

export const PROGRAM = join(ROOT, 'dist', 'cli', 'main.js')

const { LOCKSTEP_BACKEND: _, ...VARIABLES } = env

export interface Called {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line in a folder to its end. */
export function commandLine(folder: string, words: readonly string[], input: string | Uint8Array = ''): Called {
  const { status, stdout, stderr } = spawnSync(execPath, [PROGRAM, ...words], {
    cwd: folder,
    env: VARIABLES,
    encoding: 'utf8',
    input,
    maxBuffer: 2 ** 27,
    timeout: 60_000,
  })
  return { status, stdout, stderr }
}

/** The object that a command with `--json` prints: one line, and nothing else. */
export function jsonOf(folder: string, words: readonly string[]): Record<string, unknown> {
  const { status, stdout, stderr } = commandLine(folder, [...words, '--json'])
  if (status !== 0) throw new Error(`${words.join(' ')}: status ${status}, ${stderr}`)
  if (stdout.indexOf('\n') !== stdout.length - 1) throw new Error(`Expected one line: ${stdout}`)
  return JSON.parse(stdout) as Record<string, unknown>
}

/** A running command line, its output so far, and its end. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams
  readonly stderr: () => string
  readonly ended: Promise<Called & { readonly signal: string | null }>
}

export function startCommandLine(folder: string, words: readonly string[]): Running {
  const child = spawn(execPath, [PROGRAM, ...words], { cwd: folder, env: VARIABLES })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = once(child, 'close').then(([status, signal]) => ({ status, signal, stdout, stderr }))
  return { child, stderr: () => stderr, ended }
}

/** Rows of plants, in which `kind` follows from `height` and `leaves`, and `mass` from both. */
export function plants(rows: number): Record<string, string | number>[] {
  return Array.from({ length: rows }, (_, i) => {
    const kind = ['herb', 'shrub', 'tree'][i % 3]
    const height = [0.3, 2, 9][i % 3] + ((i * 7) % 10) / 20
    const leaves = [12, 150, 2400][i % 3] + ((i * 13) % 17)
    return { height, leaves, colour: ['green', 'red'][i % 2], kind, mass: Math.round(100 * height + leaves) }
  })
}

export function csvOf(records: readonly Record<string, string | number>[], delimiter = ','): string {
  const lines = [Object.keys(records[0]), ...records.map((record) => Object.values(record))]
  return lines.map((line) => `${line.join(delimiter)}\n`).join('')
}

/** Writes plants as CSV into a folder, and returns the name of the file. */
export function plantsFile(folder: string, rows = 90, name = 'plants.csv'): string {
  writeFileSync(join(folder, name), csvOf(plants(rows)))
  return name
}

/** Trains on `plants.csv`. */
export const TRAIN_PLANTS = 'train plants.csv --target kind --drop mass --epochs 1000 --test 0.2 --seed 3'.split(' ')
