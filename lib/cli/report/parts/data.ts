/**
 * What a report shows, as plain data: `reportData` gathers it, `reportPage` writes it. A part that is missing, or has
 * nothing in it, has no section.
 */
import type { Fact } from '../../../page/facts.js'

export interface ReportData {
  /** The heading of the page. */
  readonly title: string
  /** One or two sentences: what is predicted, from what. */
  readonly summary: string
  /** Names and values, such as the network, its parameters and the optimizer. */
  readonly facts: readonly Fact[]
  /** What each input column became, in the order of the inputs. */
  readonly columns: readonly ReportColumn[]
  /** The columns that the model does not use. */
  readonly dropped?: readonly DroppedColumn[]
  /** The losses of the epochs, of each network; missing for a model from a file, which does not have them. */
  readonly curves?: readonly LossCurve[]
  /** What the model predicts, with the quality of the predictions: one entry for each target. */
  readonly targets: readonly TargetReport[]
  /** Which rows the predictions are for. */
  readonly scored: ScoredRows
  /** What the doctor found. */
  readonly findings?: readonly Finding[]
  readonly reproduction: Reproduction
}

/** The rows that the predictions of the report are for. */
export interface ScoredRows {
  readonly rows: number
  /** `training`: the model was fitted to them, so that the scores are too good. */
  readonly part: 'test' | 'validation' | 'training'
}

export interface ReportColumn {
  readonly name: string
  /** `number`, `category`, `date`, … */
  readonly type: string
  /** The number of the network's inputs. */
  readonly inputs: number
  /** How many values were missing; missing itself where that is not known. */
  readonly missing?: number
  /** What is done with the values, as a sentence or less. */
  readonly encoding: string
}

export interface DroppedColumn {
  readonly name: string
  readonly reason: string
}

/** Entry i of a series belongs to epoch `epochs[i]`, from 0 on as in a history. Long trainings are thinned out. */
export interface LossCurve {
  /** Which of several networks it is of. */
  readonly network?: string
  readonly epochs: readonly number[]
  readonly training: readonly number[]
  readonly validation?: readonly number[]
  /** The epoch with the best value of what early stopping monitors. */
  readonly bestEpoch?: number
  /** Why the training ended, without a full stop. */
  readonly reason: string
}

export interface TargetReport {
  readonly name: string
  readonly scores: readonly Score[]
  /** For labels. */
  readonly confusion?: Confusion
  /** For numbers. */
  readonly scatter?: Scatter
  /** For labels: whether the probabilities are as often right as they say. */
  readonly reliability?: Reliability
  /** For numbers: how many actual values are in the intervals of the predictions. */
  readonly coverage?: readonly Coverage[]
  /** The rows whose predictions are furthest from the truth, the worst first. */
  readonly worst?: readonly WorstRow[]
  /** How much the score falls where the values of a column are permuted; the largest first. */
  readonly importance?: Importance
  /** The mean prediction against the values of single columns. */
  readonly dependence?: readonly Dependence[]
}

export interface Score {
  readonly name: string
  readonly value: number
  /** Whether the value is a share, shown as a percentage. */
  readonly isShare?: boolean
  /** The score of the best constant prediction. */
  readonly baseline?: number
}

export interface Confusion {
  readonly labels: readonly string[]
  /** [labels × labels]: how often label i (row) was predicted as label j (column). */
  readonly counts: readonly (readonly number[])[]
  /** How many labels the last one stands for, where there are too many to show; else 0. */
  readonly merged: number
}

/** Actual and predicted numbers; point i is a row. */
export interface Scatter {
  readonly actual: readonly number[]
  readonly predicted: readonly number[]
  /** The number of rows that the points are a seeded sample of. */
  readonly rows: number
}

export interface Reliability {
  readonly bins: readonly ReliabilityBin[]
  /** The expected calibration error: the mean of |share right − mean confidence| over the rows. */
  readonly error: number
}

/** The rows whose predicted label has a probability above `from` and up to `to`; the first bin includes `from`. */
export interface ReliabilityBin {
  readonly from: number
  readonly to: number
  readonly rows: number
  /** The mean probability of the predicted labels. */
  readonly confidence: number
  /** The share of predicted labels that are right. */
  readonly right: number
}

export interface Coverage {
  /** The share asked for. */
  readonly level: number
  /** The share of actual values inside the intervals. */
  readonly covered: number
  readonly rows: number
  /** The mean of high − low. */
  readonly meanWidth: number
}

export interface WorstRow {
  /** The name of the row for the reader, such as `line 17`. */
  readonly row: string
  readonly actual: string
  readonly predicted: string
  /** How wrong it is: the probability of the true label, or predicted − actual. */
  readonly figure: string
  /** Names and values of the row's first columns. */
  readonly values: readonly (readonly [name: string, value: string])[]
}

export interface Importance {
  /** The name of the score that falls. */
  readonly score: string
  /** The number of rows whose values were permuted. */
  readonly rows: number
  readonly columns: readonly ImportanceOfColumn[]
  /** How many columns were not permuted, because there are too many. */
  readonly notPermuted: number
}

export interface ImportanceOfColumn {
  readonly name: string
  /** The mean fall of the score over the permutations. */
  readonly mean: number
  readonly deviation?: number
}

export interface Dependence {
  readonly column: string
  /** Values of the column, rising numbers or categories. */
  readonly values: readonly number[] | readonly string[]
  /** The mean prediction at each value: one series for a number, one for each label's probability. */
  readonly series: readonly { readonly name: string; readonly means: readonly number[] }[]
}

export interface Finding {
  readonly severity: 'error' | 'warning' | 'note'
  readonly name: string
  /** The column or layer. */
  readonly where?: string
  readonly reason: string
  readonly remedy: string
}

export interface Reproduction {
  /** `model.digest()`. */
  readonly digest: string
  /** The command that trains the same model. */
  readonly command?: string
  /** Programs and their versions. */
  readonly versions: readonly Fact[]
}
