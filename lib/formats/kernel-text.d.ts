/** The kernels' functions as text; scripts/kernel-text.mjs generates it from the build. */

/** The declarations of lib/kernels that an activation needs, in the order in which they run. */
export const STATEMENTS: readonly string[]
/**
 * By the name of an activation: its function of a value or of rows, and the indices of the statements that it needs.
 */
export const ACTIVATIONS: Readonly<Record<string, { readonly text: string; readonly needs: readonly number[] }>>
