/** Trains a model on records, with defaults for what the caller does not choose. */
import type { FitOptions } from '../../training/fit-options.js'
import { sampleOptions } from '../../training/weighted-samples.js'
import { assembleModel, type FittedModel } from './assemble.js'
import { chooseSettings } from './choose-settings.js'
import type { ModelFitOptions } from './fit-settings.js'
import { readFitOptions, readTargetedRecords } from './given-fit.js'
import { layersOf, prepareModel, trainerOf } from './prepare.js'
import { type TrainedHead, trainHead } from './train-head.js'

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
  return assembleModel(given, settings, prepared, heads)
}
