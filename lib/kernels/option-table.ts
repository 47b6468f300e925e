/**
 * The declarations of options in the tables of activations, losses, layers, optimizers, schedules, metrics and
 * initializers: each option once, with default and range. Types, checks and the numbers for the kernels are derived
 * from them.
 */

export interface RealOption {
  readonly kind: 'real'
  /** NaN: no default; a value must be given. */
  readonly default: number
  readonly min: number
  /** Whether `min` itself is excluded. */
  readonly above: boolean
  /** The upper bound, which is excluded. */
  readonly below: number
  /** Whether a missing value is derived from the data; its number is then NaN. */
  readonly automatic?: boolean
}

export interface FlagOption {
  readonly kind: 'flag'
  readonly default: boolean
}

export interface IntegerOption {
  readonly kind: 'integer'
  /** NaN: there is none, so that a value must be given. */
  readonly default: number
  readonly min: number
  readonly max: number
  /** Whether a missing value is derived from other values; its number is then NaN. */
  readonly automatic?: boolean
}

/** One of several words; its number is the word's index. */
export interface ChoiceOption<Word extends string = string> {
  readonly kind: 'choice'
  readonly default: Word
  readonly words: readonly Word[]
}

/** A list of objects, at least one. Its values are those of the fields, object after object. It has no default. */
export interface RecordsOption<Field extends string = string> {
  readonly kind: 'records'
  readonly fields: Readonly<Record<Field, IntegerOption>>
  /** The largest number of objects. */
  readonly max: number
}

/** An option whose value is one number. */
export type NumberOption = RealOption | FlagOption | IntegerOption | ChoiceOption
export type Option = NumberOption | RecordsOption
export type OptionTable = Readonly<Record<string, Option>>

/** The value of an option of one number by name; undefined where the table has no such option. */
export function optionOf({ options: table }: { readonly options: OptionTable }, values: Float64Array, name: string) {
  const at = Object.keys(table).indexOf(name)
  return at < 0 ? undefined : values[at]
}

/** Options that are valid alone but not together: the option to change, and how. */
export interface Conflict {
  readonly option: string
  readonly expected: string
  readonly remedy: string
}

/** What the entries of all tables share. */
export interface Configurable {
  readonly options: OptionTable
  conflict?(options: Float64Array): Conflict | null
}

/** A finite number above 0. */
export const positive = (value: number): RealOption => ({
  kind: 'real',
  default: value,
  min: 0,
  above: true,
  below: Infinity,
})

/** A finite number of at least 0. */
export const nonNegative = (value: number): RealOption => ({
  kind: 'real',
  default: value,
  min: 0,
  above: false,
  below: Infinity,
})

/** A number from 0 to under 1. */
export const fraction = (value: number): RealOption => ({
  kind: 'real',
  default: value,
  min: 0,
  above: false,
  below: 1,
})

/** A number above 0 and below 1. */
export const openFraction = (value: number): RealOption => ({
  kind: 'real',
  default: value,
  min: 0,
  above: true,
  below: 1,
})

/** A number from 0 to just under 1, without a default. */
export const requiredFraction: RealOption = fraction(NaN)

export const flag = (value: boolean): FlagOption => ({ kind: 'flag', default: value })

/** Any finite number. */
export const finite = (value: number): RealOption => ({
  kind: 'real',
  default: value,
  min: -Infinity,
  above: false,
  below: Infinity,
})

/** Any finite number; a missing one is derived from the data. */
export const automatic: RealOption = { ...finite(NaN), automatic: true }

/** A finite number of at least `min`. */
export const atLeast = (min: number, value: number): RealOption => ({
  kind: 'real',
  default: value,
  min,
  above: false,
  below: Infinity,
})

/** An integer from `min` to `max`. */
export const integer = (min: number, value: number, max = 2 ** 31 - 1): IntegerOption => ({
  kind: 'integer',
  default: value,
  min,
  max,
})

/** The same without a default: it must be given. */
export const requiredInteger = (min: number, max?: number): IntegerOption => integer(min, NaN, max)

export const records = <const Field extends string>(
  fields: Readonly<Record<Field, IntegerOption>>,
  max: number,
): RecordsOption<Field> => ({ kind: 'records', fields, max })

export const choice = <const Word extends string>(
  value: NoInfer<Word>,
  words: readonly Word[],
): ChoiceOption<Word> => ({
  kind: 'choice',
  default: value,
  words,
})
