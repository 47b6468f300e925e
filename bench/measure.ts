/**
 * The order of the trainings: every path is warmed up, then each seed is trained by every path before the next seed's
 * turn, forwards and backwards by turns, so that a machine that drifts favours none of them.
 */
import { type Path, type Run, run } from './experiment.js'

/** Trainings of each path before the clock counts: enough for the JIT to settle and the processor to speed up. */
const WARM_UPS = 5

export function measure(
  paths: readonly Path[],
  seeds: readonly bigint[],
  epochs: number,
  onRound: (seed: bigint, runs: readonly Run[]) => void,
): Run[] {
  for (const path of paths) {
    for (let i = 0; i < WARM_UPS; i++) run(path, seeds[0], epochs)
  }
  return seeds.flatMap((seed, round) => {
    const order = round % 2 === 0 ? paths : paths.toReversed()
    const runs = order.map((path) => run(path, seed, epochs))
    onRound(seed, runs)
    return runs
  })
}
