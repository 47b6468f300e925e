/** The ensemble of trials that were chosen: of trained ones, or trained again from their options. */
import { chooseBackend } from '../../backend/choose.js'
import type { Model } from '../../data/model/model.js'
import type { Records } from '../../data/records/records.js'
import type { WeightedEnsemble } from '../../network/weighted-ensemble.js'
import { LocalRunner, type TrainedTrial } from '../batches/local-runner.js'
import type { TrialSettings } from '../batches/trial-settings.js'
import { chooseMetric } from '../engine/metric.js'
import type { WeightedTrial } from '../objectives/objective.js'
import { recordsObjective } from '../objectives/records.js'
import { choosePruner } from '../pruners/pruners.js'

/** A trial that was chosen. */
export interface ChosenTrial {
  readonly number: number
  /** How often it was chosen: its weight in the mean. */
  readonly weight: number
  readonly options: unknown
}

type TrainingSettings = Pick<TrialSettings, 'objective' | 'task' | 'pruner'>

/** @throws Error for a trial that fails */
export async function trainedEnsemble(
  settings: TrainingSettings,
  trials: readonly ChosenTrial[],
): Promise<WeightedEnsemble | Model> {
  return ensembleOf(settings, trials, await new LocalRunner(settings).trainAll(trials))
}

/** trained: the trials, in the same order */
export function ensembleOf(
  { objective, task }: TrainingSettings,
  trials: readonly ChosenTrial[],
  trained: readonly TrainedTrial[],
): WeightedEnsemble | Model {
  const backend = chooseBackend(task.backend).backend.name
  return objective.ensemble(
    trained.map(({ outcome: { state, epochs, value, reason }, parameters }, i): WeightedTrial => {
      const { number, weight, options } = trials[i]
      if (state === 'failed')
        throw new Error(`Trial ${number} failed where it was trained for the ensemble: ${reason}.`)
      const validationLoss = task.metric.series === 'validationLoss' ? value : undefined
      return { options, parameters, weight, training: { epochs, validationLoss, backend } }
    }),
  )
}

/**
 * Trains the ensemble of a study of records again, from the options of its trials.
 * @param threads as of search
 */
export async function ensembleAgain(
  records: Records,
  trials: readonly ChosenTrial[],
  threads: number | 'auto',
): Promise<Model> {
  // The options of the trials have the choice of rows.
  const objective = recordsObjective(records, null, 0)
  const task = { metric: chooseMetric('validationLoss', true), threads, backend: undefined }
  return (await trainedEnsemble({ objective, task, pruner: choosePruner('none') }, trials)) as Model
}
