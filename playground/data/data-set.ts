/** The data of a training, whatever their source is. */

/** A column of the samples. Maps vary two of them, from min to max; the others have the value `middle`. */
export interface Input {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly middle: number
}

/** Samples x [count × inputs], row-major, and their targets y [count]: numbers of classes from 0, or numbers. */
export interface Rows {
  readonly count: number
  readonly x: Float64Array
  readonly y: Float64Array
}

interface SomeData {
  readonly inputs: readonly Input[]
  readonly training: Rows
  /** Of 0 rows where nothing is kept for validation. */
  readonly validation: Rows
}

export interface ClassData extends SomeData {
  readonly task: 'classes'
  /** The names of the classes, at least two. */
  readonly classes: readonly string[]
}

export interface NumberData extends SomeData {
  readonly task: 'number'
  /** The name of the target, and the range in which a map shows it. */
  readonly target: { readonly name: string; readonly min: number; readonly max: number }
}

export type DataSet = ClassData | NumberData
