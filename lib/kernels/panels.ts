/**
 * Arrays that belong to a module, from which its innermost loops read. V8 compiles a constant of a module into the code:
 * the address of an array and its length, if it has more than 64 bytes. It checks an index once for all arrays of one
 * length. So each number costs one load, instead of four instructions. A module copies what a loop reads into its panels.
 * A function reads the constants before its loops: within a loop V8 may treat them as variables.
 */

// Between two panels, so that the same index is not in one set of a cache.
const GAP = 8

/** `count` arrays of `length` numbers. */
export function panels(count: number, length: number): Float64Array[] {
  const memory = new Float64Array(count * (length + GAP))
  return Array.from({ length: count }, (_, i) => memory.subarray(i * (length + GAP), i * (length + GAP) + length))
}
