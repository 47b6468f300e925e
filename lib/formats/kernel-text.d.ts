/** The functions of the kernels as text: made from the build by scripts/kernel-text.mjs. */

/** The declarations of lib/kernels that some activation needs, in the order in which they run. */
export const STATEMENTS: readonly string[]
/** By the name of an activation: its function of one value or of rows, and the places of the statements that it needs. */
export const ACTIVATIONS: Readonly<Record<string, { readonly text: string; readonly needs: readonly number[] }>>
