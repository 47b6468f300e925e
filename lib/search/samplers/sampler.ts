/** What a sampler is. */
import type { Configurable } from '../../kernels/option-table.js'
import type { Draw, Scored, Space } from '../space/trial.js'

/** The trials to draw: a batch, or for all samplers but `tpe` also a part of one. */
export interface SamplerContext {
  readonly space: Space
  /** The study's seed, an integer from 0 to 2^53 - 1. */
  readonly seed: number
  /** The number of the first trial. */
  readonly first: number
  readonly count: number
  /** The trials of the study in all. */
  readonly trials: number
  /**
   * The trials before this batch, in the order of their numbers. Only `tpe` reads them. Of the others the draw of a
   * trial depends on its number alone.
   */
  readonly earlier: readonly Scored[]
}

export interface Sampler extends Configurable {
  /** Whether the draws depend on earlier trials. Default: false. */
  readonly learns?: boolean
  /** A good number of trials in a batch for a study of `trials` trials. */
  usualBatch(trials: number): number
  /** The number of trials that it has in this space; without this function there is no limit. */
  size?(space: Space, options: Float64Array): number
  draws(context: SamplerContext, options: Float64Array): Draw[]
}
