/** The table of layer types. */

import type { LayerPlan, NetworkPlan } from '../plan.js'
import { batchNormalizationLayer } from './batch-normalization.js'
import { denseLayer } from './dense.js'
import { dropoutLayer } from './dropout.js'
import { embeddingLayer } from './embedding.js'
import type { CategoryColumn, LayerDefinition } from './layer.js'
import { layerNormalizationLayer } from './layer-normalization.js'
import { residualLayer } from './residual.js'

/** By name. The order defines the codes in plan.ts and native/plan.h. */
export const layerDefinitions = {
  dense: denseLayer,
  dropout: dropoutLayer,
  batchNormalization: batchNormalizationLayer,
  layerNormalization: layerNormalizationLayer,
  residual: residualLayer,
  embedding: embeddingLayer,
} satisfies Record<string, LayerDefinition>

const DEFINITIONS: readonly LayerDefinition[] = Object.values(layerDefinitions)

/** The definition of a layer's kind. */
export const definitionOf = ({ kind }: Pick<LayerPlan, 'kind'>): LayerDefinition => DEFINITIONS[kind]

/** Whether a layer, in training, computes statistics over a step's whole batch. */
export const needsWholeBatch = (layer: LayerPlan): boolean => definitionOf(layer).needsWholeBatch?.(layer) ?? false

/** The columns of the samples that hold categories. */
export const inputCategories = ({ layers: [first] }: NetworkPlan): readonly CategoryColumn[] =>
  definitionOf(first).categories?.(first.options) ?? NO_COLUMNS

const NO_COLUMNS: readonly CategoryColumn[] = []

/** Whether a network has dense layers only, each of which reads the one before it: the form that code is generated for. */
export const isDenseChain = ({ layers }: NetworkPlan): boolean =>
  layers.every((layer, l) => definitionOf(layer) === denseLayer && layer.inputLayers[0] === l - 1)
