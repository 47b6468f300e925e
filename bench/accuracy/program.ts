/** Builds measure.cc with the system's compiler, and runs it for one function at a time. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SOURCE = join(ROOT, 'bench', 'accuracy', 'measure.cc')
const PROGRAM = join(ROOT, 'out', 'bench', 'accuracy', process.platform === 'win32' ? 'measure.exe' : 'measure')
/** Where a run leaves some of its points. */
export const SAMPLE_FILE = join(ROOT, 'out', 'bench', 'accuracy', 'sample.bin')

const FLAGS = ['-std=c++20', '-O2', '-ffp-contract=off', '-I', join(ROOT, 'native')]
// For each function that many points or a few more are handed on, so that the TypeScript function can be tried on them.
const SAMPLE_SIZE = 2 ** 18

/** What keeps this machine from measuring, told in a few lines. */
export class CannotMeasure extends Error {}

/** A point, what the function gave for it, and the double nearest to the exact value. */
export interface Point {
  readonly x: number
  readonly computed: number
  readonly exact: number
}

/** Points drawn in one way, and the worst of them. */
export interface Kind extends Point {
  readonly name: string
  readonly points: number
  readonly ulps: number
}

export interface Measurement {
  /** How many bits of fraction the reference has. */
  readonly bits: number
  readonly points: number
  readonly kinds: readonly Kind[]
  /** How many special values there are, and those that came out wrong. */
  readonly specials: number
  readonly wrong: readonly Point[]
  readonly sampled: number
}

/** Returns the command that built the program. */
export function compile(): string {
  mkdirSync(dirname(PROGRAM), { recursive: true })
  const compilers = process.env.CXX ? [process.env.CXX] : ['c++', 'g++', 'clang++']
  const failures: string[] = []
  for (const compiler of compilers) {
    const built = spawnSync(compiler, [...FLAGS, SOURCE, '-o', PROGRAM], { encoding: 'utf8' })
    if (built.status === 0) return `${compiler} ${FLAGS.slice(0, 3).join(' ')}`
    failures.push(`${compiler}: ${built.error?.message ?? built.stderr.trim().split('\n').slice(0, 5).join('\n')}`)
  }
  throw new CannotMeasure(
    `No C++ compiler could build the program: install g++ or clang++, or name one in the variable CXX.\n${failures.join('\n')}`,
  )
}

/** Measures one function, and writes the sample file. */
export function measure(name: string, points: number, seed: number): Measurement {
  const programArguments = [name, String(points), String(seed), String(SAMPLE_SIZE), SAMPLE_FILE]
  const result = spawnSync(PROGRAM, programArguments, { encoding: 'utf8' })
  if (result.status !== 0) {
    throw new CannotMeasure(
      result.error?.message ?? (result.stderr.trim() || `The program ended with ${result.signal}.`),
    )
  }
  return JSON.parse(result.stdout, (key, value: unknown) => {
    if (key === 'x' || key === 'computed' || key === 'exact') return fromHex(value as string)
    if (key === 'ulps') return value === 'inf' ? Infinity : Number(value)
    return value
  })
}

function fromHex(digits: string): number {
  return Buffer.from(digits, 'hex').readDoubleBE()
}
