/** The plans of the members of a session: the plan that they share, with what differs. */
import { definitionOf } from '../layers/table.js'
import type { LayerPlan, MemberPlans, NetworkPlan, TrainingPlan } from '../plan.js'

const isTrainingOnly = (layer: LayerPlan): boolean => definitionOf(layer).trainingOnly === true

/**
 * The options that may differ between members: those of the layers that only training has, layer after layer. Predictions
 * do not depend on them, so that all members predict by one plan.
 */
export const memberLayerOptions = ({ layers }: Pick<NetworkPlan, 'layers'>): number[] =>
  layers.flatMap((layer) => (isTrainingOnly(layer) ? [...layer.options] : []))

/** The layers with these options in place of those of `memberLayerOptions`. */
function layersWith(layers: readonly LayerPlan[], options: Float64Array): readonly LayerPlan[] {
  let at = 0
  return layers.map((layer) => {
    if (!isTrainingOnly(layer)) return layer
    at += layer.options.length
    return { ...layer, options: options.slice(at - layer.options.length, at) }
  })
}

/**
 * The plan of member i. It is written as one literal because an engine gives each copy by `...` a hidden class of its own
 * at times, and compiled code for another one is discarded.
 */
export function memberPlan(plan: TrainingPlan, members: MemberPlans, i: number): TrainingPlan {
  const { seeds, optimizerOptions, layerOptions } = members
  const part = (values: Float64Array, length: number) => values.slice(i * length, (i + 1) * length)
  const own = part(layerOptions, layerOptions.length / members.count)
  return {
    inputs: plan.inputs,
    outputs: plan.outputs,
    parameterCount: plan.parameterCount,
    layers: own.length === 0 ? plan.layers : layersWith(plan.layers, own),
    rows: plan.rows,
    loss: plan.loss,
    lossOptions: plan.lossOptions,
    lossScale: plan.lossScale,
    firstEpoch: plan.firstEpoch,
    epochs: plan.epochs,
    batchSize: plan.batchSize,
    lastBatchSize: plan.lastBatchSize,
    stepsPerEpoch: plan.stepsPerEpoch,
    epochRows: plan.epochRows,
    gradientScale: plan.gradientScale,
    lastGradientScale: plan.lastGradientScale,
    shuffle: plan.shuffle,
    seedLow: seeds[2 * i],
    seedHigh: seeds[2 * i + 1],
    optimizer: plan.optimizer,
    optimizerOptions: part(optimizerOptions, plan.optimizerOptions.length),
  }
}
