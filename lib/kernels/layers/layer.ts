/** What all kinds of layers are to the passes, and what they have in common. */
import { type Activation, activations } from '../activations.js'
import type { Allocate } from '../arena.js'
import { backwardLoopOf, forwardLoopOf } from '../codegen/loops.js'
import { type Configurable, flag, type OptionTable } from '../option-table.js'
import type { LayerPlan } from '../plan.js'

const ACTIVATIONS: readonly Activation[] = Object.values(activations)

/** A layer with its part of the block. z, a: [rows × units] */
export interface Layer {
  readonly z: Float64Array
  readonly a: Float64Array
  /** A step of the training begins. `step`: its number among all steps of the training, modulo 2^32. */
  begin?(step: number): void
  /** z and a from the layer's input. */
  forward(input: Float64Array, p: Float64Array, rows: number): void
  /** d from dL/da to dL/dz, in place. */
  backwardActivation(d: Float64Array, rows: number): void
  /** Adds to the gradients of the layer's parameters; begins them anew where this is the overwrite block of a step. */
  gradient(input: Float64Array, d: Float64Array, g: Float64Array, rows: number, overwrite: boolean): void
  /** dInput from d = dL/dz, after `gradient`. */
  backward(d: Float64Array, p: Float64Array, dInput: Float64Array, rows: number): void
}

/** What draws the random numbers of a training. */
export interface Seed {
  readonly seedLow: number
  readonly seedHigh: number
}

/** Some of a layer's parameters: how many, and what they start at where no initializer draws them. */
export interface TensorSpec {
  readonly name: 'weights' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance'
  readonly count: number
  readonly start: number
}

/** Whether training changes the layer's parameters. Default true. */
export const trainable = flag(true)

/** A kind of layer. Its `options` are part of what the network computes. */
export interface LayerDefinition extends Configurable {
  /** The options that matter to training alone. */
  readonly training: OptionTable
  /** Whether the caller chooses how many units there are; else there are as many as inputs. */
  readonly sized: boolean
  /** Whether the caller may choose an activation. */
  readonly activated: boolean
  /** Its parameters in the order in which they lie. */
  tensors(inputs: number, units: number): readonly TensorSpec[]
  /** How much of the workspace such a layer needs for so many rows. */
  bufferLength(layer: LayerPlan, rows: number): number
  /** Layer l of a network, with allocate for so many rows; without a seed, as it predicts. */
  create(layer: LayerPlan, l: number, rows: number, allocate: Allocate, seed: Seed | null): Layer
}

/** The layer's activation over a block, forward and back. z, a, d: [rows × units] */
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
