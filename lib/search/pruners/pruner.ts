/** What a pruner is. */
import type { Configurable } from '../../kernels/option-table.js'

/**
 * Which trials of one batch go on, and when that is decided. Made for each batch; `survivors` is called once a rung, in
 * order.
 */
export interface Rungs {
  /** The epochs after which trials may end, ascending, all below the epochs of a whole training. */
  readonly rungs: readonly number[]
  /**
   * Which of the active trials go on after a rung.
   * @param rung its index in `rungs`
   * @param scores of all trials of the batch, lower is better; NaN: failed, or ended at an earlier rung
   * @param active the trials that reached the rung, as indices of the batch
   * @returns some of `active`, at least one of them where there is one, ascending
   */
  survivors(rung: number, scores: Float64Array, active: readonly number[]): number[]
}

export interface Pruner extends Configurable {
  /** The least number of trials of a batch in which it can compare enough; null: any. */
  usualBatch(options: Float64Array): number | null
  /**
   * @param epochs of a whole training
   * @param count the trials of the batch
   * @param name what errors call the pruner
   */
  plan(epochs: number, count: number, options: Float64Array, name: string): Rungs
}
