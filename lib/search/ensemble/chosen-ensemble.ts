/** The ensemble of the trials that are best together. */
import { wrongValue } from '../../checks/errors.js'
import { integer, optionsObject } from '../../checks/validate.js'
import type { Model } from '../../data/model/model.js'
import type { WeightedEnsemble } from '../../network/weighted-ensemble.js'
import type { TrialSettings } from '../batches/trial-settings.js'
import type { Metric } from '../engine/metric.js'
import type { TrialSetup } from '../engine/trial-setup.js'
import type { Trial } from '../space/trial.js'
import { candidatesOf, lastLayerOf, type PredictingCandidate, predicting, validationOf } from './candidates.js'
import { meanScore } from './mean-score.js'
import { selectGreedily } from './select.js'
import { type ChosenTrial, ensembleOf, trainedEnsemble } from './trained-ensemble.js'

/** The options of `study.ensemble`. */
export interface StudyEnsembleOptions {
  /** The most members, counted with their weights. Default 16. */
  members?: number
  /** How many of the best trials may become members. Default 100. */
  candidates?: number
}

/** What `study.ensemble` returns. */
export interface ChosenEnsemble<Found> {
  /** Of arrays a `WeightedEnsemble`, of records a `Model`. */
  readonly model: Found
  /** The trials, ascending by number. */
  readonly trials: readonly ChosenTrial[]
  /**
   * The metric of the mean prediction for the validation samples after each step; the last is that of all `trials`. It is
   * computed from predictions, so that its last digits may differ from those of a trial's value.
   */
  readonly values: readonly number[]
}

const USUAL_MEMBERS = 16
const USUAL_CANDIDATES = 100
const MAX = 10_000

/** @throws TypeError or RangeError for wrong options; Error where no trial is complete */
export async function chooseEnsemble(
  settings: TrialSettings,
  trials: readonly Trial[],
  options: unknown,
): Promise<ChosenEnsemble<WeightedEnsemble | Model>> {
  const given = optionsObject(options, 'the options of ensemble', ['members', 'candidates'])
  const members = given.members === undefined ? USUAL_MEMBERS : integer(given.members, 'members', 1, MAX)
  const most = given.candidates === undefined ? USUAL_CANDIDATES : integer(given.candidates, 'candidates', 1, MAX)
  const { metric } = settings.task
  const found = candidatesOf(settings, trials, most)
  if (found.length === 0) throw new Error('No trial of this study is complete, so that there is no ensemble.')
  for (const { validation } of found[0].setup.folds) validationOf(validation)
  const candidates = await predicting(settings, found)
  const { order, scores } = await selectGreedily(
    candidates.map(({ predictions }) => predictions),
    members,
    scoreOf(candidates[0].setup, metric),
  )
  if (order.length === 0) {
    const remedy = 'Choose another metric, or other validation samples.'
    throw wrongValue('a metric with a value for the validation samples', 'metric', metric.series, remedy)
  }
  // Later steps that do not make the score better are left out.
  const length = scores.indexOf(scores.reduce((least, one) => Math.min(least, one))) + 1
  const weights = new Map<number, number>()
  for (const index of order.slice(0, length)) weights.set(index, (weights.get(index) ?? 0) + 1)
  const chosen = [...weights.keys()].sort((a, b) => a - b)
  const weightOf = (index: number): number => weights.get(index) as number
  return {
    model: await modelOf(
      settings,
      chosen.map((index) => [candidates[index], weightOf(index)] as const),
    ),
    trials: chosen.map((index) => {
      const { number, options: own } = candidates[index].trial
      return { number, weight: weightOf(index), options: own }
    }),
    values: scores.slice(0, length).map((score) => metric.score(score)),
  }
}

/** The mean over the folds. */
function scoreOf(setup: TrialSetup, metric: Metric) {
  const { outputs } = lastLayerOf(setup)
  const folds = setup.folds.map(({ validation }) => meanScore(setup, validationOf(validation), metric, outputs))
  return (means: readonly Float64Array[]): number =>
    means.reduce((sum, mean, fold) => sum + folds[fold](mean), 0) / means.length
}

/** The model of chosen trials. Those of folds of records are trained again, on rows that they have in common. */
async function modelOf(settings: TrialSettings, chosen: readonly (readonly [PredictingCandidate, number])[]) {
  const { objective } = settings
  const trials = chosen.map(([{ trial }, weight]) => ({ number: trial.number, weight, options: trial.options }))
  const own = objective.forEnsemble()
  if (own !== objective) return await trainedEnsemble({ ...settings, objective: own }, trials)
  const trained = chosen.map(([{ trial, parameters }]) => ({
    outcome: { ...trial, value: trial.value as number },
    parameters,
  }))
  return ensembleOf(settings, trials, trained)
}
