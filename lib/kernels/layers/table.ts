/** The table of kinds of layers. */

import { batchNormalizationLayer } from './batch-normalization.js'
import { denseLayer } from './dense.js'
import { dropoutLayer } from './dropout.js'
import type { LayerDefinition } from './layer.js'
import { layerNormalizationLayer } from './layer-normalization.js'

/** By name; the order gives the codes, which native/plan.h has as well. */
export const layerDefinitions = {
  dense: denseLayer,
  dropout: dropoutLayer,
  batchNormalization: batchNormalizationLayer,
  layerNormalization: layerNormalizationLayer,
} satisfies Record<string, LayerDefinition>
