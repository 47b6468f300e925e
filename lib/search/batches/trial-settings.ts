/** The settings of a search that its trials are trained with. */
import type { Task } from '../engine/batch.js'
import type { Objective } from '../objectives/objective.js'
import type { ChosenPruner } from '../pruners/pruners.js'
import type { Space } from '../space/trial.js'

export interface TrialSettings {
  readonly space: Space
  /** The number of trials of a batch. */
  readonly batch: number
  readonly pruner: ChosenPruner
  readonly objective: Objective
  readonly task: Task
}
