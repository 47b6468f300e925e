/**
 * Inverted dropout (Srivastava et al., JMLR 2014): z = input · mask, where the mask is 0 with probability `rate` and 1
 * / (1 - rate) otherwise. Each step draws new masks, row by row and unit by unit, from a stream of the layer and the
 * step. A prediction skips dropout layers.
 */

import type { Allocate } from '../arena.js'
import { requiredFraction } from '../option-table.js'
import type { LayerPlan } from '../plan.js'
import { DROPOUT_STREAM, Random } from '../random.js'
import type { Layer, LayerDefinition, Seed } from './layer.js'

const TWO_32 = 2 ** 32

export const dropoutLayer = {
  options: {
    /** The probability of dropping a value, from 0 to under 1. */
    rate: requiredFraction,
  },
  trainingOptions: {},
  initializers: [],
  sized: false,
  activated: false,
  trainingOnly: true,
  outputUnits: ([inputs]: readonly number[]) => inputs,
  tensors: () => [],
  bufferLength: ({ units }: LayerPlan, rows: number) => 2 * units * rows,
  create({ units, options }: LayerPlan, l: number, maxRows: number, allocate: Allocate, seed: Seed | null): Layer {
    const { seedLow, seedHigh } = seed as Seed
    const [rate] = options
    const z = allocate(maxRows * units)
    const masks = allocate(maxRows * units)
    const limit = rate * TWO_32
    const kept = 1 / (1 - rate)
    let random = new Random(seedLow, seedHigh, DROPOUT_STREAM + l, 0)
    return {
      z,
      begin(step) {
        random = new Random(seedLow, seedHigh, DROPOUT_STREAM + l, step)
      },
      forward([input], _p, rows) {
        for (let i = 0; i < rows * units; i++) {
          masks[i] = random.next() >= limit ? kept : 0
          z[i] = input[i] * masks[i]
        }
      },
      backward(_inputs, d, _p, _g, [dInput], rows, _overwriteGradients, [overwrite]) {
        if (dInput === null) return
        for (let i = 0; i < rows * units; i++) {
          const value = d[i] * masks[i]
          dInput[i] = overwrite ? value : dInput[i] + value
        }
      },
    }
  },
} as const satisfies LayerDefinition
