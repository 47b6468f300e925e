/** Builds measure.cc with the system's compiler, and runs it for one function at a time. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCompiler, withCompiler } from '../harness/compiler.js'
import { CannotMeasure } from '../harness/program.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SOURCE = join(ROOT, 'bench', 'accuracy', 'measure.cc')
const PROGRAM = join(ROOT, 'out', 'bench', 'accuracy', process.platform === 'win32' ? 'measure.exe' : 'measure')
/** The file to which a run writes some of its points. */
export const SAMPLE_FILE = join(ROOT, 'out', 'bench', 'accuracy', 'sample.bin')

const FLAGS = ['-std=c++20', '-O2', '-ffp-contract=off', '-I', join(ROOT, 'native')]
// The sample file has about this many points of each function, for the comparison with the TypeScript function.
const SAMPLE_SIZE = 2 ** 18

/** A point, the function's value, and the double nearest to the exact value. */
export interface Point {
  readonly x: number
  readonly computed: number
  readonly exact: number
}

/** Points of one kind, and the worst of them. */
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
  /** The number of special values, and those with a wrong result. */
  readonly specials: number
  readonly wrong: readonly Point[]
  readonly sampled: number
}

/** Resolves to the command that built the program. */
export function compile(): Promise<string> {
  mkdirSync(dirname(PROGRAM), { recursive: true })
  return withCompiler(async (compiler) => {
    await runCompiler(compiler, [...FLAGS, SOURCE, '-o', PROGRAM])
    return `${compiler.command} ${FLAGS.slice(0, 3).join(' ')}`
  })
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
