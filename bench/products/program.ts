/** Builds products.cc for one kernel set after the other, with the system's compiler and the flags of CMakeLists.txt. */
import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CannotMeasure } from '../accuracy/program.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SOURCE = join(ROOT, 'bench', 'products', 'products.cc')
const FOLDER = join(ROOT, 'out', 'bench', 'products')

/** What all of the addon is compiled with, as a release, and its kernels beside that. */
const COMMON = ['-std=c++20', '-O3', '-DNDEBUG', '-fPIC', '-ffp-contract=off', '-ffunction-sections', '-fdata-sections']
const KERNELS = ['-fno-exceptions', '-fno-rtti', '-fno-math-errno']
const NOT_BY_ITSELF = {
  gnu: ['-fno-tree-vectorize', '-fno-tree-slp-vectorize'],
  clang: ['-fno-vectorize', '-fno-slp-vectorize'],
}

/** The macro of a compiler for the processor that this Node is for: only that one runs the sets which Node says run here. */
const TARGET = { x64: '__x86_64__', arm64: '__aarch64__' }[process.arch as string] ?? ''

type Family = keyof typeof NOT_BY_ITSELF

const AVX512 = ['-mavx512f', '-mavx512dq', '-mavx512vl', '-mavx512bw', '-mprefer-vector-width=512']

/** Of each kernel set: its bits in a register, for set.h, and its flags; alternatives where not all compilers know them. */
const SETS: Record<string, { bits: number; flags: Partial<Record<Family, string[][]>> }> = {
  avx512: { bits: 512, flags: { gnu: [AVX512], clang: [[...AVX512, '-mevex512'], AVX512] } },
  avx2: { bits: 256, flags: { gnu: [['-mavx2']], clang: [['-mavx2']] } },
  sse2: { bits: 128, flags: {} },
  neon: { bits: 128, flags: {} },
  scalar: { bits: 64, flags: {} },
}

/** The lists of flags to try for a kernel set. */
export function flagsOf(set: string, family: Family): string[][] {
  const own = SETS[set].flags[family] ?? [[]]
  return own.map((flags) => [...COMMON, ...KERNELS, ...NOT_BY_ITSELF[family], ...flags])
}

export interface Built {
  /** The compiler and its version, for the reader. */
  compiler: string
  /** Of each kernel set, the program. */
  programs: Map<string, string>
}

export async function build(sets: readonly string[]): Promise<Built> {
  mkdirSync(FOLDER, { recursive: true })
  const failures: string[] = []
  for (const compiler of process.env.CXX ? [process.env.CXX] : ['c++', 'g++', 'clang++']) {
    try {
      const [version] = (await run(compiler, ['--version'])).split('\n')
      const macros = await run(compiler, ['-dM', '-E', '-x', 'c++', '-'])
      if (!macros.includes(TARGET)) throw new Error(`${compiler}: it does not compile for ${process.arch}`)
      const family = macros.includes('__clang__') ? 'clang' : 'gnu'
      const programs = await Promise.all(sets.map((set) => buildOne(compiler, family, set)))
      return { compiler: version.trim(), programs: new Map(sets.map((set, i) => [set, programs[i]])) }
    } catch (error) {
      failures.push((error as Error).message.trim().split('\n').slice(0, 5).join('\n'))
    }
  }
  throw new CannotMeasure(
    `No C++ compiler could build the program: install g++ or clang++, or name one in the variable CXX.\n${failures.join('\n')}`,
  )
}

async function buildOne(compiler: string, family: Family, set: string): Promise<string> {
  const program = join(FOLDER, `products-${set}${process.platform === 'win32' ? '.exe' : ''}`)
  let failure: unknown
  for (const flags of flagsOf(set, family)) {
    const definitions = [`-DLOCKSTEP_SET=${SETS[set].bits}`, '-I', join(ROOT, 'native')]
    try {
      await run(compiler, [...flags, ...definitions, SOURCE, '-o', program])
      return program
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

function run(program: string, programArguments: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, programArguments, { maxBuffer: 2 ** 24 }, (error, stdout) => {
      if (error === null) resolve(stdout)
      else reject(error)
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end()
  })
}
