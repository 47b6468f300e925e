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
  training: {},
  sized: false,
  activated: false,
  tensors: () => [],
  bufferLength: ({ units }: LayerPlan, rows: number) => 2 * units * rows,
  create({ units, rate }: LayerPlan, l: number, maxRows: number, allocate: Allocate, seed: Seed | null): Layer {
    const { seedLow, seedHigh } = seed as Seed
    const z = allocate(maxRows * units)
    const masks = allocate(maxRows * units)
    const limit = rate * TWO_32
    const kept = 1 / (1 - rate)
    let random = new Random(seedLow, seedHigh, DROPOUT_STREAM + l, 0)
    return {
      z,
      a: z,
      begin(step) {
        random = new Random(seedLow, seedHigh, DROPOUT_STREAM + l, step)
      },
      forward(input, _p, rows) {
        for (let i = 0; i < rows * units; i++) {
          masks[i] = random.next() >= limit ? kept : 0
          z[i] = input[i] * masks[i]
        }
      },
      backwardActivation() {},
      gradient() {},
      backward(d, _p, dInput, rows) {
        for (let i = 0; i < rows * units; i++) dInput[i] = d[i] * masks[i]
      },
    }
  },
} satisfies LayerDefinition
