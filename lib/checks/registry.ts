/**
 * Names and codes of activations, layer types, losses, optimizers and initializers, derived from the kernels' tables.
 */

import { type Activation, activationAliases, activations } from '../kernels/activations.js'
import { type Initializer, initializers } from '../kernels/initializers.js'
import type { LayerDefinition } from '../kernels/layers/layer.js'
import { layerDefinitions } from '../kernels/layers/table.js'
import { type Loss, losses } from '../kernels/losses.js'
import { type Optimizer, optimizers } from '../kernels/optimizers.js'
import type { ChoiceOption, Configurable, FlagOption, OptionTable, RecordsOption } from '../kernels/option-table.js'
import { wrongValue } from './errors.js'
import { ACTIVATIONS, INITIALIZERS, LAYERS, LOSSES, OPTIMIZERS } from './foreign.js'
import { requireKnown, snapshot } from './given.js'
import { declareOptions, type PlaceName } from './places.js'
import { type ForeignNames, oneOf, optionValues } from './validate.js'

export type ActivationName = keyof typeof activations
export type LayerType = keyof typeof layerDefinitions
export type LossName = keyof typeof losses
/** Another name for an activation. */
export type ActivationAlias = keyof typeof activationAliases
export type OptimizerName = keyof typeof optimizers
export type InitializerName = keyof typeof initializers

/** The values that a table's options take. */
export type Values<Table extends OptionTable> = {
  [Key in keyof Table]?: Table[Key] extends FlagOption
    ? boolean
    : Table[Key] extends ChoiceOption<infer Word>
      ? Word
      : Table[Key] extends RecordsOption<infer Field>
        ? readonly Readonly<Record<Field, number>>[]
        : number
}

type PerMember<Options> = Options extends unknown
  ? {
      [Key in keyof Options]: Options[Key] extends number | undefined ? Options[Key] | readonly number[] : Options[Key]
    }
  : never

/** `{ name: 'adam', beta1: 0.95 }`: the name of an entry, with options of that entry. */
export type Choice<Table extends Record<string, { readonly options: OptionTable }>> = {
  [Name in keyof Table]: { name: Name } & Values<Table[Name]['options']>
}[keyof Table]

/** The options of all activations: none is allowed without its activation. */
type ActivationOptionName = { [Name in ActivationName]: keyof (typeof activations)[Name]['options'] }[ActivationName]

type AliasedActivations = {
  [Alias in ActivationAlias]: (typeof activations)[(typeof activationAliases)[Alias]]
}
type NamedActivations = typeof activations & AliasedActivations

/** An activation, by default `linear`, and the options of that activation. */
type Activated =
  | ({ activation?: undefined } & { [Option in ActivationOptionName]?: undefined })
  | {
      [Name in keyof NamedActivations]: { activation: Name } & Values<NamedActivations[Name]['options']>
    }[keyof NamedActivations]

/** The initializers of a dense layer. */
interface Started {
  /**
   * The initializer of the weights. Default: the network's `initializer`, otherwise the one that suits the activation.
   */
  weightsInitializer?: InitializerOption
  /** The initializer of the bias: one that does not depend on the number of inputs. Default `zeros`. */
  biasInitializer?: InitializerOption
}

/** A dense layer: its number of units, its activation with options, its initializers, and its options for training. */
export type DenseOption = { type?: 'dense'; units: number } & WithoutLists &
  Started &
  Values<(typeof layerDefinitions)['dense']['trainingOptions']> &
  Activated

// With every name in each of these types, code can read any name of any layer, and TypeScript can discriminate them.

interface WithoutLists {
  layers?: undefined
  columns?: undefined
}

interface WithoutWeights {
  units?: undefined
  weightsInitializer?: undefined
  biasInitializer?: undefined
  l1?: undefined
  l2?: undefined
}

/** Drops each value with probability `rate` in each step of a training, and scales the others by 1 / (1 - rate). */
export interface DropoutOption extends WithoutWeights, WithoutLists {
  type: 'dropout'
  rate: number
  activation?: undefined
  trainable?: undefined
}

/** Normalizes each unit over the samples of a batch; predictions use the moving statistics of the batches. */
export type BatchNormalizationOption = { type: 'batchNormalization' } & WithoutWeights &
  WithoutLists &
  Values<
    (typeof layerDefinitions)['batchNormalization']['options'] &
      (typeof layerDefinitions)['batchNormalization']['trainingOptions']
  > &
  Activated

/** Normalizes each sample over its units. */
export type LayerNormalizationOption = { type: 'layerNormalization' } & WithoutWeights &
  WithoutLists &
  Values<
    (typeof layerDefinitions)['layerNormalization']['options'] &
      (typeof layerDefinitions)['layerNormalization']['trainingOptions']
  > &
  Activated

/** A layer inside a block. */
export type InnerLayerOption =
  | DenseOption
  | DropoutOption
  | BatchNormalizationOption
  | LayerNormalizationOption
  | ResidualOption

/** A residual block: adds its input to the output of the last of its layers, which has as many units. */
export interface ResidualOption extends WithoutWeights {
  type: 'residual'
  /** At least one layer; blocks may be inside blocks. */
  layers: readonly InnerLayerOption[]
  activation?: undefined
  trainable?: undefined
  columns?: undefined
}

/** A column of an embedding. */
export interface EmbeddingColumn {
  /** The index of the column in the samples, from 0. */
  readonly column: number
  /** The number of its categories: its values are integers from 0 to categories - 1. */
  readonly categories: number
  /** The length of the vector of each category. */
  readonly units: number
}

/**
 * Replaces columns of the samples, whose values are categories, by trained vectors. The first layer of a network only. It
 * gives the other columns in their order, then the vectors in the order of `columns`.
 */
export interface EmbeddingOption extends Omit<WithoutWeights, 'weightsInitializer'> {
  type: 'embedding'
  /** Each column of the samples at most once. */
  columns: readonly EmbeddingColumn[]
  /** The initializer of the vectors. Default `uniform`: from -0.05 to 0.05. */
  weightsInitializer?: InitializerOption
  /** Whether training changes the vectors. Default true. */
  trainable?: boolean
  activation?: undefined
  layers?: undefined
}

/** A layer of the type in `type`; by default `dense`. */
export type LayerOption = InnerLayerOption | EmbeddingOption

/** A loss's name, or its name with options. */
export type LossOption = LossName | Choice<typeof losses>

/** An optimizer's name, or its name with options. */
export type OptimizerOption = OptimizerName | Choice<typeof optimizers>
/** The same for an ensemble: any number may be an array with one value per member. */
export type EnsembleOptimizerOption = OptimizerName | PerMember<Choice<typeof optimizers>>
/** An initializer's name, or its name with options. */
export type InitializerOption = InitializerName | Choice<typeof initializers>

/** A chosen entry, its code, and the values of its options in the table's order. */
export interface Chosen<Entry> {
  readonly name: string
  readonly code: number
  readonly entry: Entry
  readonly options: Float64Array
}

/** A table with lookups by name and code, and checks of options. */
export class Registry<Entry extends Configurable> {
  readonly names: readonly string[]
  private readonly aliases: Readonly<Record<string, string>>
  private readonly foreign: ForeignNames
  /** `name`, and the options of all entries. */
  private readonly keys: readonly string[]

  /**
   * @param noun what errors call a name of the table
   * @param foreign other libraries' names of the entries
   * @param place where a caller writes the options of an entry, in errors
   */
  constructor(
    private readonly table: Readonly<Record<string, Entry>>,
    private readonly noun: string,
    {
      aliases = {},
      foreign = {},
      place,
    }: { aliases?: Readonly<Record<string, string>>; foreign?: ForeignNames; place?: PlaceName } = {},
  ) {
    this.names = Object.keys(table)
    this.aliases = aliases
    this.foreign = foreign
    const options = [...new Set(Object.values(table).flatMap((entry) => Object.keys(entry.options)))]
    this.keys = ['name', ...options]
    if (place !== undefined) declareOptions(place, options)
  }

  /** A caller's choice; an object is read once. */
  read(given: unknown, argument: string): unknown {
    return typeof given === 'object' && given !== null ? snapshot(given, argument, this.keys) : given
  }

  /** Checks a name, or an object with a name and options. */
  choose(given: unknown, argument: string): Chosen<Entry> {
    const read = this.read(given, argument)
    if (typeof read === 'object' && read !== null) {
      const options = read as Record<string, unknown>
      const name = this.name(options.name, `${argument}.name`)
      const table = this.table[name].options
      requireKnown(options, argument, ['name', ...Object.keys(table)])
      return this.chosen(name, optionValues(options, table, argument), argument)
    }
    const name = this.name(read, argument)
    return this.chosen(name, optionValues({}, this.table[name].options, argument), argument)
  }

  /** Checks a name whose options are beside it, as in a layer. */
  named(given: unknown, argument: string, options: Record<string, unknown>, where: string): Chosen<Entry> {
    const name = this.name(given, argument)
    return this.chosen(name, optionValues(options, this.table[name].options, where), where)
  }

  /** Checks a name; its options are checked later. */
  find(given: unknown, argument: string): { code: number; entry: Entry } {
    const name = this.name(given, argument)
    return { code: this.names.indexOf(name), entry: this.table[name] }
  }

  at(code: number): { name: string; entry: Entry } {
    return { name: this.names[code], entry: this.table[this.names[code]] }
  }

  private name(given: unknown, argument: string): string {
    if (typeof given === 'string' && Object.hasOwn(this.aliases, given)) return this.aliases[given]
    return oneOf(given, argument, this.noun, this.names, this.foreign)
  }

  private chosen(name: string, options: Float64Array, argument: string): Chosen<Entry> {
    const entry = this.table[name]
    const conflict = entry.conflict?.(options) ?? null
    if (conflict !== null) {
      const value = options[Object.keys(entry.options).indexOf(conflict.option)]
      throw wrongValue(conflict.expected, `${argument}.${conflict.option}`, value, conflict.remedy)
    }
    return { name, code: this.names.indexOf(name), entry, options }
  }
}

export const activationRegistry = new Registry<Activation>(activations, 'the name of an activation', {
  aliases: activationAliases,
  foreign: ACTIVATIONS,
})
export const layerRegistry = new Registry<LayerDefinition>(layerDefinitions, 'the type of a layer', { foreign: LAYERS })
export const lossRegistry = new Registry<Loss>(losses, 'the name of a loss', { foreign: LOSSES, place: 'loss' })
export const optimizerRegistry = new Registry<Optimizer>(optimizers, 'the name of an optimizer', {
  foreign: OPTIMIZERS,
  place: 'optimizer',
})
export const initializerRegistry = new Registry<Initializer>(initializers, 'the name of an initializer', {
  foreign: INITIALIZERS,
  place: 'initializer',
})
