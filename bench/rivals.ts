/**
 * What the library is up against: programs written by hand for exactly this network and nothing else. They use their
 * platform's `exp`, so their bits differ from the library's in the last places; their weights have to agree all the same.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fromHex, type Path, type Run, toHex, X, Y } from './experiment.js'
import { trainUnrolled } from './rivals/unrolled.js'

const SOURCE = fileURLToPath(new URL('../../bench/rivals/plain.cc', import.meta.url))
const PROGRAM = fileURLToPath(new URL(`rivals/plain${process.platform === 'win32' ? '.exe' : ''}`, import.meta.url))

/** The flags a person would give who wants speed; the second line for compilers that do not know the first. */
const FLAGS = [
  ['-std=c++17', '-O3', '-march=native'],
  ['-std=c++17', '-O3'],
]

/** How far a rival's weights may be from the library's after the same training. */
export const RIVAL_TOLERANCE = 1e-6

export const unrolledJavaScript: Path = {
  name: 'hand-unrolled JavaScript',
  lockstep: false,
  train(initial, epochs) {
    const final = initial.slice()
    const losses = new Float64Array(epochs)
    const start = performance.now()
    trainUnrolled(final, X, Y, losses)
    return { ms: performance.now() - start, final }
  },
}

/**
 * Builds the C++ rival with the system's compiler; without one, says what is missing. The program times itself, warm-up
 * apart, so that the start of a process does not count.
 */
export function plainCpp(): Path | { skipped: string } {
  const built = compile()
  if (built === undefined) {
    return { skipped: 'no working C++ compiler found: install g++ or clang++, or name one in the variable CXX' }
  }
  return {
    name: 'plain C++',
    lockstep: false,
    built,
    train(initial, epochs) {
      const result = spawnSync(PROGRAM, [String(epochs), ...toHex(initial)], { encoding: 'utf8' })
      if (result.status !== 0) {
        throw new Error(`The C++ rival failed: ${result.error?.message ?? (result.stderr.trim() || result.signal)}`)
      }
      const [ms, ...final] = result.stdout.trim().split(/\s+/)
      return { ms: Number(ms), final: fromHex(final) }
    },
  }
}

function compile(): string | undefined {
  mkdirSync(dirname(PROGRAM), { recursive: true })
  const compilers = process.env.CXX ? [process.env.CXX] : ['c++', 'g++', 'clang++']
  for (const compiler of compilers) {
    for (const flags of FLAGS) {
      if (spawnSync(compiler, [...flags, SOURCE, '-o', PROGRAM]).status === 0) return [compiler, ...flags].join(' ')
    }
  }
  return undefined
}

/** One line for each rival: how far its weights are from the library's, which shows that it did the same work. */
export function compareRivals(paths: readonly Path[], runs: readonly Run[]): string[] {
  const ours = paths.find((path) => path.lockstep)?.name
  return paths
    .filter((path) => !path.lockstep)
    .map(({ name }) => {
      const distances = runs
        .filter((run) => run.name === name)
        .map((run) => {
          const same = runs.find((other) => other.name === ours && other.seed === run.seed)
          return same === undefined ? Number.NaN : largestDifference(fromHex(run.final), fromHex(same.final))
        })
      const most = Math.max(...distances)
      const verdict = most <= RIVAL_TOLERANCE ? 'the same work' : 'NOT THE SAME WORK, do not compare its times'
      return `${name}: weights within ${most.toExponential(1)} of ours, ${verdict}.`
    })
}

export function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0)
}
