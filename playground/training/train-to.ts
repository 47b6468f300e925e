/** The same training in Node.js, without the page. */
import type { Ensemble, Network } from 'lockstep-nn'
import type { DataSet } from '../data/data-set.js'
import type { Settings } from '../state/settings.js'
import { prepare } from './prepare.js'
import { Run } from './run.js'

export interface Trained {
  readonly model: Network | Ensemble
  /** The number of epochs: fewer than asked for where a member diverged. */
  readonly epoch: number
  readonly digest: string
  /** Why it ended early; null where it did not. */
  readonly ended: string | null
}

/**
 * Trains the model of settings from its initial parameters.
 * @param epochs the number of epochs
 * @param data as of `prepare`
 * @throws as `prepare`
 */
export function trainTo(settings: Settings, epochs: number, data?: DataSet): Trained {
  const run = new Run(prepare(settings, 'auto', data))
  if (epochs > 0) run.trainEpochs(epochs)
  return { model: run.model, epoch: run.epoch, digest: run.digest(), ended: run.ended }
}
