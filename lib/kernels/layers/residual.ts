/**
 * Residual blocks (He et al., CVPR 2016): z = f(x) + x, where f is the layers of the block and x the block's input. The plan
 * has the layers of the block, and then this layer, which reads the last of them and x.
 */
import type { Allocate } from '../arena.js'
import type { LayerPlan } from '../plan.js'
import type { Layer, LayerDefinition } from './layer.js'

export const residualLayer = {
  options: {},
  trainingOptions: {},
  initializers: [],
  sized: false,
  activated: false,
  block: true,
  outputUnits: ([inner]: readonly number[]) => inner,
  tensors: () => [],
  bufferLength: ({ units }: LayerPlan, rows: number) => units * rows,
  create({ units }: LayerPlan, _l: number, maxRows: number, allocate: Allocate): Layer {
    const z = allocate(maxRows * units)
    return {
      z,
      forward([inner, input], _p, rows) {
        for (let i = 0; i < rows * units; i++) z[i] = inner[i] + input[i]
      },
      backward(_inputs, d, _p, _g, dInputs, rows, _overwriteGradients, overwriteInputs) {
        for (let k = 0; k < dInputs.length; k++) {
          const dInput = dInputs[k]
          if (dInput === null) continue
          const overwrite = overwriteInputs[k]
          for (let i = 0; i < rows * units; i++) dInput[i] = overwrite ? d[i] : dInput[i] + d[i]
        }
      },
    }
  },
} as const satisfies LayerDefinition
