/** What each kind of layer defines, and what a layer does over a block of rows. table.ts lists the kinds. */
import type { Allocate } from '../arena.js'
import type { InitializerName } from '../initializers.js'
import { type Configurable, flag, type OptionTable } from '../option-table.js'
import type { LayerPlan, TensorForm } from '../plan.js'

/** A layer over a block of rows. z and d, which is dL/dz: [rows × units] */
export interface Layer {
  readonly z: Float64Array
  /** A step of the training begins. `step`: its number among all steps of the training, modulo 2^32. */
  begin?(step: number): void
  /** Computes z. inputs: of each layer that it reads, [rows × units of that one] */
  forward(inputs: readonly Float64Array[], p: Float64Array, rows: number): void
  /**
   * The gradients of its parameters, then those of its inputs, after `forward` of the same rows.
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

/** What draws the random numbers of a training. */
export interface Seed {
  readonly seedLow: number
  readonly seedHigh: number
}

/** The options of a layer that choose how its parameters start. */
export type LayerInitializerName = 'weightsInitializer' | 'biasInitializer'

export type TensorName = 'weights' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance' | `column${number}`

/** A tensor of a layer's parameters, [rows × columns]. */
export interface TensorSpec {
  readonly name: TensorName
  readonly form: TensorForm
  readonly rows: number
  readonly columns: number
  /** What all its values start at, or which initializer draws them. */
  readonly initial: number | LayerInitializerName
  /** Whether it holds moving statistics, which training changes in another way than by gradients. */
  readonly moving?: true
  /** Whether `l1` and `l2` of the layer penalize it. */
  readonly penalized?: true
}

/** Whether training changes the layer's parameters. Default true. */
export const trainable = flag(true)

/** An option of a layer that does not fit its inputs, as a path such as `columns[1].column`. */
export interface Misfit {
  readonly option: string
  readonly expected: string
  readonly value: number
  readonly remedy?: string
}

/** A kind of layer. Its `options` are part of what the network computes. */
export interface LayerDefinition extends Configurable {
  /** The options that matter to training alone. */
  readonly trainingOptions: OptionTable
  /** Which initializers the caller may choose. */
  readonly initializers: readonly LayerInitializerName[]
  /** How `weightsInitializer` is set by default; if this is left out, by the network or else by the activation. */
  readonly usualInitializer?: InitializerName
  /** Whether the caller chooses the number of units; else `outputUnits` gives it. */
  readonly sized: boolean
  /** Whether the caller may choose an activation. */
  readonly activated: boolean
  /** Whether only the first layer of a network may be of this kind. */
  readonly firstOnly?: true
  /** Whether the caller gives `layers`, which come before it in the plan. It reads the last of them and the block's input. */
  readonly block?: true
  /** Whether predictions omit it: its output is then its input. */
  readonly trainingOnly?: true
  /** Whether this layer, in training, computes statistics over a step's whole batch. */
  needsWholeBatch?(layer: LayerPlan): boolean
  /** The columns of its input that hold categories, and how many categories each of them has. */
  categories?(options: Float64Array): readonly { readonly column: number; readonly categories: number }[]
  /** The first option that does not fit an input of this width. */
  misfit?(inputUnits: number, options: Float64Array): Misfit | null
  /** @param units the caller's number of units, if it is sized */
  outputUnits(inputUnits: readonly number[], units: number, options: Float64Array): number
  /** Its parameters, in their order. */
  tensors(inputUnits: readonly number[], units: number, options: Float64Array): readonly TensorSpec[]
  /** How many multiplications a row takes, about; if this is left out, as many as there are parameters. */
  work?(layer: LayerPlan): number
  /** How many numbers of the workspace it needs for this many rows. */
  bufferLength(layer: LayerPlan, rows: number): number
  /** Layer l of a plan, with buffers for `rows` rows; without a seed, as it predicts. */
  create(layer: LayerPlan, l: number, rows: number, allocate: Allocate, seed: Seed | null): Layer
}
