/** The table of kinds of layers. */
import { denseLayer } from './dense-layer.js'
import { dropoutLayer } from './dropout.js'
import type { LayerKind } from './layer.js'
import { batchNormalizationLayer, layerNormalizationLayer } from './normalization.js'

/** By name; the order gives the codes, which native/plan.h has as well. */
export const layerKinds = {
  dense: denseLayer,
  dropout: dropoutLayer,
  batchNormalization: batchNormalizationLayer,
  layerNormalization: layerNormalizationLayer,
} satisfies Record<string, LayerKind>
