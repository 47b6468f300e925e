/** Builds products.cc for each kernel set, with the system's compiler and the flags of CMakeLists.txt. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Compiler, runCompiler, withCompiler } from '../harness/compiler.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SOURCE = join(ROOT, 'bench', 'products', 'products.cc')
const FOLDER = join(ROOT, 'out', 'bench', 'products')

/** The addon's flags in a release, and further flags of its kernels. */
const COMMON = ['-std=c++20', '-O3', '-DNDEBUG', '-fPIC', '-ffp-contract=off', '-ffunction-sections', '-fdata-sections']
const KERNELS = [
  '-fno-exceptions',
  '-fno-asynchronous-unwind-tables',
  '-fno-unwind-tables',
  '-fno-rtti',
  '-fno-math-errno',
]
const NOT_BY_ITSELF = {
  gnu: ['-fno-tree-vectorize', '-fno-tree-slp-vectorize'],
  clang: ['-fno-vectorize', '-fno-slp-vectorize'],
}

type Family = Compiler['family']

const AVX512 = ['-mavx512f', '-mavx512dq', '-mavx512vl', '-mavx512bw', '-mprefer-vector-width=512']

/** For each kernel set the bits of a register, for set.h, and its flags, with alternatives for compilers without them. */
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
  /** The program of each kernel set. */
  programs: Map<string, string>
}

export function build(sets: readonly string[]): Promise<Built> {
  mkdirSync(FOLDER, { recursive: true })
  return withCompiler(async (compiler) => {
    const programs = await Promise.all(sets.map((set) => buildOne(compiler, set)))
    return { compiler: compiler.version, programs: new Map(sets.map((set, i) => [set, programs[i]])) }
  })
}

async function buildOne(compiler: Compiler, set: string): Promise<string> {
  const program = join(FOLDER, `products-${set}${process.platform === 'win32' ? '.exe' : ''}`)
  let failure: unknown
  for (const flags of flagsOf(set, compiler.family)) {
    const definitions = [`-DLOCKSTEP_SET=${SETS[set].bits}`, '-I', join(ROOT, 'native')]
    try {
      await runCompiler(compiler, [...flags, ...definitions, SOURCE, '-o', program])
      return program
    } catch (error) {
      failure = error
    }
  }
  throw failure
}
