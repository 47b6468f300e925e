/**
 * How the tables of activations, losses, optimizers and initializers declare their options: each once, with default and
 * range. Everything else (types, checks, the numbers handed to the kernels) is derived from these entries.
 */

export interface RealOption {
  readonly kind: 'real'
  readonly default: number
  readonly least: number
  /** Whether `least` itself is excluded. */
  readonly above: boolean
  /** The upper bound, itself excluded. */
  readonly below: number
}

export interface FlagOption {
  readonly kind: 'flag'
  readonly default: boolean
}

export type Option = RealOption | FlagOption
export type OptionTable = Readonly<Record<string, Option>>

/** Options that are each right but do not go together: which one to mend, and how. */
export interface Conflict {
  readonly option: string
  readonly expected: string
  readonly remedy: string
}

/** What the entries of all tables with options have in common. */
export interface Configurable {
  readonly options: OptionTable
  conflict?(options: Float64Array): Conflict | null
}

/** A finite number above 0. */
export const positive = (value: number): RealOption => ({
  kind: 'real',
  default: value,
  least: 0,
  above: true,
  below: Infinity,
})

/** A finite number of at least 0. */
export const nonNegative = (value: number): RealOption => ({
  kind: 'real',
  default: value,
  least: 0,
  above: false,
  below: Infinity,
})

/** A number from 0 to just under 1. */
export const fraction = (value: number): RealOption => ({
  kind: 'real',
  default: value,
  least: 0,
  above: false,
  below: 1,
})

export const flag = (value: boolean): FlagOption => ({ kind: 'flag', default: value })

/** Any finite number. */
export const finite = (value: number): RealOption => ({
  kind: 'real',
  default: value,
  least: -Infinity,
  above: false,
  below: Infinity,
})
