/** The table of layer types. */

import { batchNormalizationLayer } from './batch-normalization.js'
import { denseLayer } from './dense.js'
import { dropoutLayer } from './dropout.js'
import type { LayerDefinition } from './layer.js'
import { layerNormalizationLayer } from './layer-normalization.js'

/** By name. The order defines the codes in plan.ts and native/plan.h. */
export const layerDefinitions = {
  dense: denseLayer,
  dropout: dropoutLayer,
  batchNormalization: batchNormalizationLayer,
  layerNormalization: layerNormalizationLayer,
} satisfies Record<string, LayerDefinition>
