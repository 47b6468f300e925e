/** Which parameters training changes by their gradients: runs of the flat vector. */
import type { Optimizer } from './optimizers.js'
import type { LayerPlan, TrainingPlan } from './plan.js'

/** So many parameters from an offset on. */
export interface Run {
  readonly from: number
  readonly count: number
}

/** The parameters of all layers but moving statistics, which follow the batches and not a gradient. */
export function trainableRuns({ layers, parameterCount }: Pick<TrainingPlan, 'layers' | 'parameterCount'>): Run[] {
  const runs: Run[] = []
  let from = 0
  for (const { statistics, units } of layers as readonly LayerPlan[]) {
    if (statistics < 0) continue
    runs.push({ from, count: statistics - from })
    from = statistics + 2 * units
  }
  runs.push({ from, count: parameterCount - from })
  return runs
}

/** One step of the optimizer over the trainable parameters. p, g: [parameters] */
export type Update = (p: Float64Array, g: Float64Array, state: Float64Array) => void

export function updateOf(plan: TrainingPlan, { update }: Optimizer): Update {
  const { parameterCount, optimizerOptions } = plan
  const [first, ...others] = trainableRuns(plan)
  // What lies between the runs: the update goes over it as well, without a gradient, and it is put back.
  const between: number[] = []
  let end = first.count
  for (const { from, count } of others) {
    for (; end < from; end++) between.push(end)
    end = from + count
  }
  const kept = new Float64Array(between.length)
  return (p, g, state) => {
    for (let i = 0; i < kept.length; i++) {
      kept[i] = p[between[i]]
      g[between[i]] = 0
    }
    update(p, g, state, parameterCount, optimizerOptions)
    for (let i = 0; i < kept.length; i++) p[between[i]] = kept[i]
  }
}
