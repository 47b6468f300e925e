/** A training of several members: the arrays and the differences between them. */
import { SMALL } from './calls.js'
import { type Job, jobOf } from './job.js'

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
