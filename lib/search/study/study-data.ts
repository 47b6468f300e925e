/** What a study is, as plain data: everything that its importance, table and page are made from. */
import type { Space, Trial } from '../space/trial.js'

export interface StudyData {
  readonly name: string
  readonly space: Space
  /** What the values of the trials are, such as `validationLoss`. */
  readonly metric: string
  /** Which values of the metric are better. */
  readonly better: 'lower' | 'higher'
  /** In the order of their numbers. */
  readonly trials: readonly Trial[]
  /** The number of the best trial; null where none has a value. */
  readonly best: number | null
  /** The digest of the network of the best trial; missing where only its trials are known. */
  readonly bestDigest?: string
  /** The digest of all trials; null of a study that has not ended. */
  readonly digest: string | null
  readonly sampler: string
  readonly pruner: string
  readonly seed: number
}
