/** A training of several members: the arrays and the differences between them. */
import type { MemberPlans } from '#lib/kernels/plan.js'
import { memberLayerOptions } from '#lib/kernels/training/members.js'
import { SMALL } from './calls.js'
import { type Job, jobOf } from './job.js'

/** An ensemble of members that differ in their parameters, seeds, learning rates and rates of dropout. */
export interface EnsembleJob extends Job {
  readonly count: number
  /** For each member the words of its seed, its options for the optimizer, and those of its dropout layers. */
  readonly members: Float64Array
}

const repeat = (values: Float64Array, count: number): Float64Array => {
  const all = new Float64Array(values.length * count)
  for (let i = 0; i < count; i++) all.set(values, i * values.length)
  return all
}

export function ensembleJobOf(count: number, common = SMALL): EnsembleJob {
  const job = jobOf(common)
  const { optimizerOptions } = job.plan
  const rates = memberLayerOptions(job.plan)
  const members = Array.from({ length: count }, (_, i) => {
    const [learningRate, ...rest] = optimizerOptions
    return [i, 7 * i, learningRate / (1 + i), ...rest, ...rates.map((rate) => rate / (1 + i))]
  })
  const parameters = repeat(job.parameters, count).map((value, i) => value + i / 1024)
  return { ...job, count, members: Float64Array.from(members.flat()), parameters, state: repeat(job.state, count) }
}

/** The numbers of its members as a backend takes them. */
export function memberPlansOf({ plan, count, members }: EnsembleJob): MemberPlans {
  const width = members.length / count
  const ofLayers = memberLayerOptions(plan).length
  const part = (from: number, to: number) =>
    Array.from({ length: count }, (_, i) => [...members.subarray(i * width + from, i * width + to)]).flat()
  return {
    count,
    seeds: Int32Array.from(part(0, 2)),
    optimizerOptions: Float64Array.from(part(2, width - ofLayers)),
    layerOptions: Float64Array.from(part(width - ofLayers, width)),
  }
}
