/** Functions of kernels and models as text; scripts/module-text.mjs generates it from the build. */

/** A function, and the indices of the statements that it needs. */
export interface FunctionText {
  readonly text: string
  readonly needs: readonly number[]
}

/** The declarations that functions need, in the order in which they run. */
export const STATEMENTS: readonly string[]
/** By the name of an activation: its function of a value or of rows. */
export const ACTIVATIONS: Readonly<Record<string, FunctionText>>
/** By name: the functions and classes that modules of models call. */
export const CALLED: Readonly<Record<string, FunctionText>>
/** By type of column: the function that encodes it. */
export const COLUMN_ENCODERS: Readonly<Record<string, FunctionText>>
/** By type of target: the object that decodes it. */
export const TARGET_DECODERS: Readonly<Record<string, FunctionText>>
