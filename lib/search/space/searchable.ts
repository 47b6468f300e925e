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

/**
 * A space of these options: each value, at any depth, is a value of the options or a parameter of such values.
 * Functions are not part of a space.
 */
export type Searchable<Options> = Parameter<Options> | Nested<Options>

/** The options of a trial: those of a space with the drawn values in place of its parameters. */
export type Drawn<Given> =
  Given extends Parameter<infer Value>
    ? Value
    : Given extends Fixed | AnyFunction
      ? Given
      : Given extends object
        ? { [Key in keyof Given]: Drawn<Given[Key]> }
        : Given
