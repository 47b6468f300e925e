/** Names and codes of activations, losses, optimizers and initializers, derived from the kernels' tables. */
import { wrongValue } from './errors.js'
import { type Activation, activationAliases, activations } from './kernels/activations.js'
import { type Initializer, initializers } from './kernels/initializers.js'
import { type Loss, losses } from './kernels/losses.js'
import { type Optimizer, optimizers } from './kernels/optimizers.js'
import type { Configurable, FlagOption, OptionTable } from './kernels/options.js'
import { oneOf, optionsObject, optionValues } from './validate.js'

export type ActivationName = keyof typeof activations
export type LossName = keyof typeof losses
/** Another name for an activation. */
export type ActivationAlias = keyof typeof activationAliases
export type OptimizerName = keyof typeof optimizers
export type InitializerName = keyof typeof initializers

/** The values that a table's options take. */
type Values<Table extends OptionTable> = { [Key in keyof Table]?: Table[Key] extends FlagOption ? boolean : number }

type PerMember<Options> = Options extends unknown
  ? {
      [Key in keyof Options]: Options[Key] extends number | undefined ? Options[Key] | readonly number[] : Options[Key]
    }
  : never

/** `{ name: 'adam', beta1: 0.95 }`: an entry of a table with the options that this entry has. */
type Choice<Table extends Record<string, { readonly options: OptionTable }>> = {
  [Name in keyof Table]: { name: Name } & Values<Table[Name]['options']>
}[keyof Table]

/** What a layer has whatever its activation is. */
interface DenseOptions {
  units: number
  /** How its weights start. Default: the network's `initializer`, else the one that suits the activation. */
  weightsInitializer?: InitializerOption
  /** How its bias starts; one of those that need no number of inputs. Default `zeros`. */
  biasInitializer?: InitializerOption
}

type AliasedActivations = {
  [Alias in ActivationAlias]: (typeof activations)[(typeof activationAliases)[Alias]]
}
type NamedActivations = typeof activations & AliasedActivations

/** A layer: its number of units, its activation (by default `linear`), and the options of that activation. */
export type LayerOption =
  | (DenseOptions & { activation?: undefined })
  | {
      [Name in keyof NamedActivations]: DenseOptions & { activation: Name } & Values<NamedActivations[Name]['options']>
    }[keyof NamedActivations]

/** A loss's name, or its name with options. */
export type LossOption = LossName | Choice<typeof losses>

/** An optimizer's name, or its name with options. */
export type OptimizerOption = OptimizerName | Choice<typeof optimizers>
/** The same for an ensemble: any number may be an array with a value for each member. */
export type EnsembleOptimizerOption = OptimizerName | PerMember<Choice<typeof optimizers>>
/** An initializer's name, or its name with options. */
export type InitializerOption = InitializerName | Choice<typeof initializers>

/** An entry that a caller chose, with its code and the values of its options in the table's order. */
export interface Chosen<Entry> {
  readonly name: string
  readonly code: number
  readonly entry: Entry
  readonly options: Float64Array
}

/** A table as the rest of the library looks things up in it. */
class Registry<Entry extends Configurable> {
  readonly names: readonly string[]

  constructor(
    private readonly table: Readonly<Record<string, Entry>>,
    private readonly noun: string,
    private readonly aliases: Readonly<Record<string, string>> = {},
  ) {
    this.names = Object.keys(table)
  }

  /** Checks a name, or an object with a name and options. */
  choose(given: unknown, argument: string): Chosen<Entry> {
    if (typeof given === 'object' && given !== null) {
      const name = this.name((given as { name?: unknown }).name, `${argument}.name`)
      const table = this.table[name].options
      const options = optionsObject(given, argument, ['name', ...Object.keys(table)])
      return this.chosen(name, optionValues(options, table, argument), argument)
    }
    const name = this.name(given, argument)
    return this.chosen(name, optionValues({}, this.table[name].options, argument), argument)
  }

  /** Checks a name whose options stand beside it, as in a layer. */
  named(given: unknown, argument: string, options: Record<string, unknown>, where: string): Chosen<Entry> {
    const name = this.name(given, argument)
    return this.chosen(name, optionValues(options, this.table[name].options, where), where)
  }

  at(code: number): { name: string; entry: Entry } {
    return { name: this.names[code], entry: this.table[this.names[code]] }
  }

  private name(given: unknown, argument: string): string {
    if (typeof given === 'string' && Object.hasOwn(this.aliases, given)) return this.aliases[given]
    return oneOf(given, argument, this.noun, this.names)
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

export const activationRegistry = new Registry<Activation>(activations, 'the name of an activation', activationAliases)
export const lossRegistry = new Registry<Loss>(losses, 'the name of a loss')
export const optimizerRegistry = new Registry<Optimizer>(optimizers, 'the name of an optimizer')
export const initializerRegistry = new Registry<Initializer>(initializers, 'the name of an initializer')
