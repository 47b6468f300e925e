/** The interface of a layer type, and what all types share. */
import { type Activation, activations } from '../activations.js'
import type { Allocate } from '../arena.js'
import { backwardLoopOf, forwardLoopOf } from '../codegen/loops.js'
import { type Configurable, flag, type OptionTable } from '../option-table.js'
import type { LayerPlan } from '../plan.js'

const ACTIVATIONS: readonly Activation[] = Object.values(activations)

/** A layer with its buffers for a block of rows. z, a: [rows × units] */
export interface Layer {
  readonly z: Float64Array
  readonly a: Float64Array
  /** Begins step `step` of the training, counted over all its epochs modulo 2^32. */
  begin?(step: number): void
  /** Computes z and a from the layer's input. */
  forward(input: Float64Array, p: Float64Array, rows: number): void
  /** Turns d from dL/da into dL/dz, in place. */
  backwardActivation(d: Float64Array, rows: number): void
  /** Adds to the gradients of the layer's parameters, or overwrites them, in the first block of a step. */
  gradient(input: Float64Array, d: Float64Array, g: Float64Array, rows: number, overwrite: boolean): void
  /** Computes dInput from d = dL/dz, after `gradient`. */
  backward(d: Float64Array, p: Float64Array, dInput: Float64Array, rows: number): void
}

/** The seed of a training's random numbers. */
export interface Seed {
  readonly seedLow: number
  readonly seedHigh: number
}

/** A tensor of a layer's parameters: its size, and its initial value where no initializer draws it. */
export interface TensorSpec {
  readonly name: 'weights' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance'
  readonly count: number
  readonly start: number
}

/** Whether training changes the layer's parameters. Default true. */
export const trainable = flag(true)

/** A layer type. `options` are part of what the network computes. */
export interface LayerDefinition extends Configurable {
  /** The options that only training uses. */
  readonly training: OptionTable
  /** Whether the caller chooses the number of units; otherwise it equals the number of inputs. */
  readonly sized: boolean
  /** Whether the caller may choose an activation. */
  readonly activated: boolean
  /** Its tensors, in the order of the parameters. */
  tensors(inputs: number, units: number): readonly TensorSpec[]
  /** The length of its buffers for `rows` rows. */
  bufferLength(layer: LayerPlan, rows: number): number
  /** Creates layer l of a network, with buffers for `rows` rows; without a seed, for predictions. */
  create(layer: LayerPlan, l: number, rows: number, allocate: Allocate, seed: Seed | null): Layer
}

/** The layer's activation over a block, forward and backward. z, a, d: [rows × units] */
export interface ActivationLoops {
  forward(z: Float64Array, a: Float64Array, rows: number): void
  backward(z: Float64Array, a: Float64Array, d: Float64Array, rows: number): void
}

export function activationLoopsOf({ activation, alpha, units }: LayerPlan): ActivationLoops {
  const entry = ACTIVATIONS[activation]
  if (entry.kind === 'row') {
    return {
      forward: (z, a, rows) => entry.forward(z, a, rows, units),
      backward: (_z, a, d, rows) => entry.backward(a, d, rows, units),
    }
  }
  const forwardActivation = forwardLoopOf(entry)
  const backwardActivation = backwardLoopOf(entry)
  return {
    forward: (z, a, rows) => forwardActivation(z, a, rows * units, alpha),
    backward: (z, a, d, rows) => backwardActivation(z, a, d, rows * units, alpha),
  }
}
