/** The trials that an ensemble can have as members, and their predictions for the validation samples. */
import { wrongType } from '../../checks/errors.js'
import type { WeightedSamples } from '../../training/weighted-samples.js'
import { LocalRunner } from '../batches/local-runner.js'
import type { TrialSettings } from '../batches/trial-settings.js'
import { type TrialSetup, trainedNetwork } from '../engine/trial-setup.js'
import type { Trial } from '../space/trial.js'

export interface Candidate {
  readonly trial: Trial
  readonly setup: TrialSetup
}

export interface PredictingCandidate extends Candidate {
  /** Of each fold. */
  readonly parameters: readonly Float64Array[]
  /** For the validation samples of each fold: [rows × outputs]. */
  readonly predictions: readonly Float64Array[]
}

/**
 * The best complete trials whose predictions can be averaged: those with the samples and the last layer of the best one.
 * Ascending by number.
 */
export function candidatesOf({ objective, task }: TrialSettings, trials: readonly Trial[], most: number): Candidate[] {
  const scoreOf = ({ value }: Trial): number => task.metric.score(value as number)
  const ranked = trials
    .filter(({ state, value }) => state === 'complete' && value !== null)
    .sort((a, b) => scoreOf(a) - scoreOf(b) || a.number - b.number)
  const found: Candidate[] = []
  for (const trial of ranked) {
    if (found.length === most) break
    const setup = objective.read(trial.options, trial.number)
    if (found.length === 0 || isAlike(setup, found[0].setup)) found.push({ trial, setup })
  }
  return found.sort((a, b) => a.trial.number - b.trial.number)
}

const isAlike = (a: TrialSetup, b: TrialSetup): boolean =>
  a.folds === b.folds && JSON.stringify(lastLayerOf(a)) === JSON.stringify(lastLayerOf(b)) && lossOf(a) === lossOf(b)

/** The number of outputs of the networks of a trial, and their activation. */
export function lastLayerOf({ networks: [network] }: TrialSetup): {
  readonly outputs: number
  readonly activation: unknown
} {
  const { layers } = network as { layers: readonly { units: number; activation?: unknown }[] }
  const { units, activation } = layers[layers.length - 1]
  return { outputs: units, activation: activation ?? 'linear' }
}

const lossOf = ({ shared }: TrialSetup): string => JSON.stringify(shared.trainer.loss)

/** Trains the candidates again, to the same bits, and predicts with each. */
export async function predicting(
  settings: TrialSettings,
  candidates: readonly Candidate[],
): Promise<PredictingCandidate[]> {
  const parameters = await new LocalRunner(settings).again(candidates.map(({ trial }) => trial))
  return candidates.map(({ trial, setup }, i) => ({
    trial,
    setup,
    parameters: parameters[i],
    predictions: setup.folds.map((fold, k) =>
      trainedNetwork(setup.networks[k] ?? setup.networks[0], parameters[i][k]).predict(validationOf(fold.validation).x),
    ),
  }))
}

export function validationOf(validation: WeightedSamples | null): WeightedSamples {
  if (validation !== null) return validation
  throw wrongType('validation samples', 'validation', undefined, 'An ensemble is chosen by its predictions for them.')
}
