/** An objective: the data of a study, and how the options of a trial become a training. */

import type { NetworkTraining } from '../../data/model/assemble.js'
import type { Model } from '../../data/model/model.js'
import type { Ensemble } from '../../network/ensemble.js'
import type { Network } from '../../network/network.js'
import type { WeightedEnsemble } from '../../network/weighted-ensemble.js'
import type { Sha256 } from '../../platform/platform.js'
import type { TrialSetup } from '../engine/trial-setup.js'

/** What a trial trains. */
export type FoundModel = Network | Ensemble | Model

/** A trained trial with its weight in an ensemble. */
export interface WeightedTrial {
  readonly options: unknown
  /** Of each fold. */
  readonly parameters: readonly Float64Array[]
  readonly weight: number
  readonly training: NetworkTraining
}

export interface Objective {
  /** The options of a trial, with all that is needed to repeat it: seeds, and for records the choice of rows. */
  complete(options: unknown, number: number): unknown
  /**
   * Reads complete options.
   * @throws TypeError or RangeError for options that a trial cannot have
   */
  read(options: unknown, number: number): TrialSetup
  /** Adds the data to a digest. */
  addTo(hash: Sha256): void
  /**
   * The model of a trial.
   * @param parameters those of the trial, of each fold
   */
  model(options: unknown, parameters: readonly Float64Array[]): FoundModel | Promise<FoundModel>
  /** The objective that trains the members of an ensemble: for folds of records one whose trials have common rows. */
  forEnsemble(): Objective
  /** The ensemble of some trials, of the objective that trains members. */
  ensemble(members: readonly WeightedTrial[]): WeightedEnsemble | Model
}
