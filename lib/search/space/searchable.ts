/** The types of spaces: options in which any value may be a parameter. */
import type { Parameter } from './parameter.js'

type Fixed = string | number | bigint | boolean | symbol | null | undefined | Float64Array

// biome-ignore lint/suspicious/noExplicitAny: any function, whatever it takes.
type AnyFunction = (...all: any[]) => unknown

type Nested<Options> = Options extends Fixed
  ? Options
  : Options extends AnyFunction
    ? never
    : Options extends readonly (infer Item)[]
      ? readonly Searchable<Item>[]
      : Options extends object
        ? { readonly [Key in keyof Options]: Searchable<Options[Key]> }
        : Options

/** The plain objects of a union. */
type ObjectsOf<Options> = Options extends Fixed | AnyFunction | readonly unknown[]
  ? never
  : Options extends object
    ? Options
    : never

type KeysOf<Options> = Options extends unknown ? keyof Options : never

type OptionalKeys<Options> = Options extends unknown
  ? { [Key in keyof Options]-?: object extends Pick<Options, Key> ? Key : never }[keyof Options]
  : never

type ValueOf<Options, Key> = Options extends unknown ? (Key extends keyof Options ? Options[Key] : never) : never

/** `type` of a layer; other options have none. */
type TypeOf<Options> = Options extends unknown
  ? 'type' extends keyof Options
    ? NonNullable<Options['type']>
    : 'none'
  : never

type OfType<Options, Type> = Options extends unknown ? (Type extends TypeOf<Options> ? Options : never) : never

/** The keys that all objects of a union require. */
type RequiredKeys<Options> = Exclude<keyof Options, OptionalKeys<Options>>

/**
 * Of a union of objects that differ by a key, such as layers by their `activation`: that key may be a parameter, so
 * each key may have a value of any of them.
 */
type Mixed<Options> = { readonly [Key in RequiredKeys<Options>]: Searchable<ValueOf<Options, Key>> } & {
  readonly [Key in Exclude<KeysOf<Options>, RequiredKeys<Options>>]?: Searchable<ValueOf<Options, Key>>
}

type MixedByType<Options, Type = TypeOf<Options>> = Type extends unknown ? Mixed<OfType<Options, Type>> : never

/**
 * A space of these options: each value, at any depth, is a value of the options or a parameter of such values.
 * Functions are not part of a space.
 */
export type Searchable<Options> = Parameter<Options> | Nested<Options> | MixedByType<ObjectsOf<Options>>

/** The options of a trial: those of a space with the drawn values in place of its parameters. */
export type Drawn<Given> =
  Given extends Parameter<infer Value>
    ? Value
    : Given extends Fixed | AnyFunction
      ? Given
      : Given extends object
        ? { [Key in keyof Given]: Drawn<Given[Key]> }
        : Given
