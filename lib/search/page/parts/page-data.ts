/**
 * What the script of a study's page reads. Entry i of each list belongs to trial i of the charts. All numbers have six
 * digits: the page draws them, and nothing is computed from them.
 */
export interface PageData {
  readonly metric: string
  readonly better: 'lower' | 'higher'
  /** How many trials the study has, of which the charts may have fewer. */
  readonly trials: number
  /** The numbers of the trials, rising. */
  readonly numbers: readonly number[]
  /** A letter for each trial: c complete, p pruned, f failed. */
  readonly states: string
  readonly values: readonly (number | null)[]
  readonly epochs: readonly number[]
  /** The places of the trials in their order from the best, from 1, among all trials of the study. */
  readonly ranks: readonly number[]
  /** How many of the best trials, all of them complete, have a colour of their own. */
  readonly top: number
  /** Which trial is the best; -1: none. */
  readonly best: number
  readonly valueAxis: NumberAxis
  /** The best value so far, from the trials at which it changed. */
  readonly record: { readonly numbers: readonly number[]; readonly values: readonly number[] }
  readonly parameters: readonly PageParameter[]
  /** The epoch and the value of each rung: 5, 0.3, 15, 0.2. The value of a complete trial is the last. */
  readonly rungs: readonly (readonly number[])[]
  readonly rungAxis: NumberAxis
  /** The options of some trials as code, by trial. */
  readonly options: Readonly<Record<number, string>>
}

/** The range of an axis; values outside are drawn at its end. */
export interface NumberAxis {
  readonly low: number
  readonly high: number
  readonly isLog: boolean
}

export interface PageParameter {
  /** Its name in the space. */
  readonly name: string
  /** The end of its name. */
  readonly short: string
  /** The labels of a choice, or the range of a number. */
  readonly axis: NumberAxis | { readonly labels: readonly string[] }
  /** Places of a choice, or numbers; null: the trial does not have the parameter. */
  readonly values: readonly (number | null)[]
}
