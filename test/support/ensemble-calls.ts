/** Calls into the addon's entry points for ensembles with arguments that fit, to be made wrong one at a time. */
import type { Addon } from '#lib/backend/addon.js'
import { encodePlan } from '#lib/backend/encode.js'
import { type Argument, SMALL, stepsOf } from './calls.js'
import { type Job, jobOf } from './job.js'

export const ENSEMBLE_ENTRY_POINTS = ['ensembleWorkspace', 'trainEnsemble', 'trainEnsembleAsync'] as const

export type EnsembleEntryPoint = (typeof ENSEMBLE_ENTRY_POINTS)[number]

/** An ensemble of members that differ in their parameters, their seeds and their learning rates. */
export interface EnsembleJob extends Job {
  readonly count: number
  /** For each member the words of its seed, then its options for the optimizer. */
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
  const members = Array.from({ length: count }, (_, i) => {
    const [learningRate, ...rest] = optimizerOptions
    return [i, 7 * i, learningRate / (1 + i), ...rest]
  })
  const parameters = repeat(job.parameters, count).map((value, i) => value + i / 1024)
  return { ...job, count, members: Float64Array.from(members.flat()), parameters, state: repeat(job.state, count) }
}

/** The arguments of one entry point, freshly made, for the kernel set with this index. */
export function ensembleArguments(
  addon: Addon,
  entry: EnsembleEntryPoint,
  set: number,
  job: EnsembleJob = ensembleJobOf(5),
  threads = 2,
): Argument[] {
  const { count, members, parameters, state, x, y } = job
  const plan = encodePlan(addon, job.plan)
  const first: Argument[] = [
    ['set', set],
    ['the plan', plan],
  ]
  if (entry === 'ensembleWorkspace') return [...first, ['members', count], ['threads', threads]]
  const training: Argument[] = [
    ...first,
    ['members', members],
    ['threads', threads],
    ['parameters', parameters],
    ['state', state],
    ['workspace', new Float64Array(addon.ensembleWorkspace(set, plan, count, threads))],
    ['x', x],
    ['y', y],
    ['sampleWeight', new Float64Array(job.plan.rows).fill(1)],
    ['rateFactors', new Float64Array(stepsOf(job.plan)).fill(1)],
    ['history', new Float64Array(count * job.plan.epochs)],
  ]
  return entry === 'trainEnsemble' ? training : [...training, ['cancelled', new Int32Array(1)]]
}
