/** The interface of a layer type and of a layer over a block of rows. table.ts lists the types. */
import type { Allocate } from '../arena.js'
import type { InitializerName } from '../initializers.js'
import { type Configurable, flag, type OptionTable } from '../option-table.js'
import type { LayerPlan, TensorForm } from '../plan.js'

/** A layer with its buffers for a block of rows. z, and d, which is dL/dz: [rows × units] */
export interface Layer {
  readonly z: Float64Array
  /** Begins step `step` of the training, counted over all its epochs modulo 2^32. */
  begin?(step: number): void
  /** Computes z. inputs: for each layer that it reads, [rows × units of that layer] */
  forward(inputs: readonly Float64Array[], p: Float64Array, rows: number): void
  /**
   * Computes the gradients of its parameters, then those of its inputs, after `forward` of the same rows.
   * @param g null: its parameters are not trained
   * @param dInputs for each input; null where no gradient is needed
   * @param overwriteGradients whether the gradients overwrite g, in the first block of a step; else they are added
   * @param overwriteInputs the same for each input
   */
  backward(
    inputs: readonly Float64Array[],
    d: Float64Array,
    p: Float64Array,
    g: Float64Array | null,
    dInputs: readonly (Float64Array | null)[],
    rows: number,
    overwriteGradients: boolean,
    overwriteInputs: readonly boolean[],
  ): void
}

/** The seed of a training's random numbers. */
export interface Seed {
  readonly seedLow: number
  readonly seedHigh: number
}

/** The options of a layer that choose initializers. */
export type LayerInitializerName = 'weightsInitializer' | 'biasInitializer'

export type TensorName = 'weights' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance' | `column${number}`

/** A tensor of a layer's parameters, [rows × columns]. */
export interface TensorSpec {
  readonly name: TensorName
  readonly form: TensorForm
  readonly rows: number
  readonly columns: number
  /** The initial value, or which initializer draws the values. */
  readonly initial: number | LayerInitializerName
  /** Whether it holds moving statistics, which training changes in another way than by gradients. */
  readonly moving?: true
  /** Whether `l1` and `l2` of the layer penalize it. */
  readonly penalized?: true
}

/** Whether training changes the layer's parameters. Default true. */
export const trainable = flag(true)

/** An option of a layer that does not fit its inputs; `option` is a path such as `columns[1].column`. */
export interface Misfit {
  readonly option: string
  readonly expected: string
  readonly value: number
  readonly remedy?: string
}

/** A column whose values are categories: integers from 0 to categories - 1. */
export interface CategoryColumn {
  readonly column: number
  readonly categories: number
}

/** A layer type. `options` are part of what the network computes. */
export interface LayerDefinition extends Configurable {
  /** The options that only training uses. */
  readonly trainingOptions: OptionTable
  /** Which initializers the caller may choose. */
  readonly initializers: readonly LayerInitializerName[]
  /** The default of `weightsInitializer`; if it is omitted, the network's initializer or that of the activation. */
  readonly usualInitializer?: InitializerName
  /** Whether the caller chooses the number of units; otherwise `outputUnits` returns it. */
  readonly sized: boolean
  /** Whether the caller may choose an activation. */
  readonly activated: boolean
  /** Whether only the first layer of a network may have this type. */
  readonly firstOnly?: true
  /** Whether the caller gives `layers`, which precede it in the plan. It reads the last of them and the block's input. */
  readonly block?: true
  /** Whether predictions omit it: its output is then its input. */
  readonly trainingOnly?: true
  /** Whether this layer, in training, computes statistics over a step's whole batch. */
  needsWholeBatch?(layer: LayerPlan): boolean
  /** The columns of its input that hold categories. */
  categories?(options: Float64Array): readonly CategoryColumn[]
  /** The first option that does not fit an input of this width. */
  misfit?(inputUnits: number, options: Float64Array): Misfit | null
  /** @param units the caller's number of units, if it is sized */
  outputUnits(inputUnits: readonly number[], units: number, options: Float64Array): number
  /** Its tensors, in the order of the parameters. */
  tensors(inputUnits: readonly number[], units: number, options: Float64Array): readonly TensorSpec[]
  /** About the number of multiplications per row; if it is omitted, the number of parameters. */
  work?(layer: LayerPlan): number
  /** The length of its buffers for `rows` rows. */
  bufferLength(layer: LayerPlan, rows: number): number
  /** Creates layer l of a plan, with buffers for `rows` rows; without a seed, for predictions. */
  create(layer: LayerPlan, l: number, rows: number, allocate: Allocate, seed: Seed | null): Layer
}
