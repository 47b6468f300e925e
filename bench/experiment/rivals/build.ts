/**
 * Builds the C++ rival. Which compiler and which flags are fastest differs between processors. So every candidate is built
 * and timed briefly, and the fastest one is kept: the rival should be as fast as possible on this machine.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findCompilers } from '../../harness/compiler.js'
import { SEEDS, toHex } from '../experiment.js'
import { initialWeights } from '../pcg64.js'

const SOURCE = fileURLToPath(new URL('../../../../bench/experiment/rivals/plain.cc', import.meta.url))
const FOLDER = fileURLToPath(new URL('./', import.meta.url))

/** Short, but long enough to compare candidates: five such trainings warm up, one is timed. */
const TRIAL_EPOCHS = 20_000
const TRIALS = 5

/** The two rivals: with the compiler's strict arithmetic, or with -ffast-math. */
export type Variant = 'c++' | 'c++ -ffast-math'

/** The name and version of a compiler, and the flags. */
export interface Built {
  readonly program: string
  readonly compiler: string
  readonly flags: readonly string[]
}

const SPEED = ['-std=c++17', '-O3', '-march=native']

/**
 * The flags to try. The rival's vectors need no vectorizer, and that of straight-line code may rearrange them. So each
 * compiler is also tried without it. The last list is for compilers without these options.
 */
const FLAGS: Record<Variant, Record<'gnu' | 'clang', string[][]>> = {
  'c++': {
    gnu: [SPEED, [...SPEED, '-fno-tree-slp-vectorize'], ['-std=c++17', '-O3']],
    clang: [SPEED, [...SPEED, '-fno-slp-vectorize'], ['-std=c++17', '-O3']],
  },
  'c++ -ffast-math': {
    gnu: [
      [...SPEED, '-ffast-math'],
      ['-std=c++17', '-O3', '-ffast-math'],
    ],
    clang: [
      [...SPEED, '-ffast-math'],
      ['-std=c++17', '-O3', '-ffast-math'],
    ],
  },
}

/** The fastest program that this machine's compilers make of the source; undefined if none compiles it. */
export function buildFastest(variant: Variant): Built | undefined {
  mkdirSync(FOLDER, { recursive: true })
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const kept = `${FOLDER}${variant.replaceAll(/[^a-z+]+/g, '-')}${suffix}`
  // Another process may build at the same time.
  const trial = `${kept}.${process.pid}.trial${suffix}`
  let best: Built | undefined
  let bestTime = Infinity
  const known = findCompilers(['g++', 'clang++'])
  for (const { command, family, version } of known.length > 0 ? known : findCompilers(['c++'])) {
    for (const flags of FLAGS[variant][family]) {
      if (spawnSync(command, [...flags, SOURCE, '-o', trial]).status !== 0) continue
      const time = timeOf(trial)
      if (time < bestTime) {
        renameSync(trial, kept)
        best = { program: kept, compiler: version, flags }
        bestTime = time
      }
    }
  }
  rmSync(trial, { force: true })
  return best
}

/** The minimum of a few trainings; infinite for a program that does not run here. */
function timeOf(program: string): number {
  const start = toHex(initialWeights(SEEDS[0]))
  const times = Array.from({ length: TRIALS }, () => {
    const { status, stdout } = spawnSync(program, [String(TRIAL_EPOCHS), ...start], { encoding: 'utf8' })
    return status === 0 ? Number(stdout.split(' ')[0]) : Infinity
  })
  return Math.min(...times)
}
