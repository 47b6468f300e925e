/**
 * The rivals: programs written by hand for exactly this network. They use their platform's `exp`, so their last bits
 * differ from the library's; a tolerance checks that they did the same work.
 */
import { spawnSync } from 'node:child_process'
import { INSTALL_COMPILER } from '../harness/compiler.js'
import { fromHex, type Path, type Run, toHex, X, Y } from './experiment.js'
import { buildFastest, type Variant } from './rivals/build.js'
import { trainUnrolled } from './rivals/unrolled.js'

/** The largest difference between a rival's weights and the library's after the same training. */
export const RIVAL_TOLERANCE = 1e-9

export const CPP_RIVALS: readonly Variant[] = ['c++', 'c++ -ffast-math']

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
 * Builds a C++ rival with the system's compilers; without one, returns what is missing. The program times itself
 * after its warm-up, so the time has no start of a process.
 */
export function cppRival(name: Variant): Path | { skipped: string } {
  const built = buildFastest(name)
  if (built === undefined) {
    return { skipped: `no working C++ compiler found: ${INSTALL_COMPILER}` }
  }
  return {
    name,
    lockstep: false,
    built: [built.compiler, ...built.flags].join(' '),
    train(initial, epochs) {
      const result = spawnSync(built.program, [String(epochs), ...toHex(initial)], { encoding: 'utf8' })
      if (result.status !== 0) {
        throw new Error(`The rival ${name} failed: ${result.error?.message ?? (result.stderr.trim() || result.signal)}`)
      }
      const [ms, ...final] = result.stdout.trim().split(/\s+/)
      return { ms: Number(ms), final: fromHex(final) }
    },
  }
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
