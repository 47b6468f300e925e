/** The types of a search: parameters and their distributions, draws, and trials. */

/**
 * The values of a trial's active parameters, by name. Of a choice: the index of the value. Of the others: the number.
 */
export type Draw = Readonly<Record<string, number>>

/** The values that a parameter can have, and how likely they are. */
export type Distribution =
  | { readonly kind: 'choice'; readonly values: readonly unknown[] }
  | {
      readonly kind: 'integer'
      readonly low: number
      readonly high: number
      readonly step: number
      readonly log: boolean
    }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'logUniform'; readonly low: number; readonly high: number }

export interface ParameterSpec {
  readonly name: string
  readonly distribution: Distribution
  /**
   * Active only where this choice has this index; null: always active. Conditions may be nested: a condition's
   * parameter can have a condition itself.
   */
  readonly condition: { readonly parameter: string; readonly index: number } | null
}

export interface Space {
  /**
   * In the order of the space, keys of an object in alphabetical order. A condition's parameter comes before what depends
   * on it.
   */
  readonly parameters: readonly ParameterSpec[]
  /** The options with the drawn values in their places. */
  resolve(draw: Draw): unknown
}

export type TrialState = 'complete' | 'pruned' | 'failed'

export interface Trial {
  readonly number: number
  readonly state: TrialState
  /** The metric; null where it failed. Raw: not negated. */
  readonly value: number | null
  readonly draw: Draw
  /** The options with the drawn values. */
  readonly options: unknown
  /** The epochs that were trained (of folds: the most). */
  readonly epochs: number
  /** The metric after each rung that it reached. */
  readonly rungs: readonly { readonly epoch: number; readonly value: number }[]
  /** Why it ended; of a failed trial the error's message. */
  readonly reason: string
}

/** An earlier trial as samplers see it. */
export interface Scored {
  readonly draw: Draw
  /** Lower is better; NaN: failed. */
  readonly score: number
  readonly state: TrialState
}
