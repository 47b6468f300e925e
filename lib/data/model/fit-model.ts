/** Trains a model on records, with defaults for what the caller does not choose. */
import type { FitOptions } from '../../training/fit-options.js'
import type { History } from '../../training/history.js'
import { sampleOptions } from '../../training/weighted-samples.js'
import { assembleModel, type NetworkTraining } from './assemble.js'
import { chooseSettings } from './choose-settings.js'
import type { ModelFitOptions } from './fit-settings.js'
import { readFitOptions, readTargetedRecords } from './given-fit.js'
import { layersOf, prepareModel, trainerOf } from './prepare.js'
import type { Parts } from './saved.js'
import { type TrainedHead, trainHead } from './train-head.js'

/** The parts of a trained model, and the histories of its networks. */
export interface FittedModel extends Parts {
  readonly histories: readonly History[]
}

export async function fitModel(records: unknown, options: ModelFitOptions): Promise<FittedModel> {
  const given = readFitOptions(options)
  const targeted = readTargetedRecords(records, given.given.target)
  const settings = chooseSettings(given, targeted)
  const prepared = prepareModel(given, targeted, settings)
  const { members, fit } = settings
  const { inputs, plans, training, validation } = prepared
  const heads: TrainedHead[] = []
  for (const [i, plan] of plans.entries()) {
    const { x, y } = training[i]
    const chosen: FitOptions = { ...fit.trainer, ...sampleOptions(training[i], validation?.[i] ?? null) }
    const network = { inputs, layers: layersOf(prepared, settings.hidden, plan), seed: given.seed, members }
    heads.push(await trainHead(plan.targets, network, trainerOf(given, settings, plan), x, y, chosen))
  }
  const trained = heads.map(({ head, histories }) => ({ head, trainings: histories.map(trainingOf) }))
  const parts = assembleModel(given, settings, prepared, trained)
  return { ...parts, histories: heads.flatMap(({ histories }) => histories) }
}

function trainingOf({ epochs, loss, validationLoss, bestEpoch, initialEpoch, backend }: History): NetworkTraining {
  const kept = bestEpoch === undefined ? validationLoss?.at(-1) : validationLoss?.[bestEpoch - initialEpoch]
  return { epochs, finalLoss: loss.at(-1), validationLoss: kept, backend }
}
