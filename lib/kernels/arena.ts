/** The workspace of a call: one array, from which the kernels allocate consecutive pieces. */

/** Allocates the next `length` numbers of the workspace. */
export type Allocate = (length: number) => Float64Array

export function allocatorOf(workspace: Float64Array): Allocate {
  let at = 0
  return (length) => {
    const piece = workspace.subarray(at, at + length)
    at += length
    return piece
  }
}

/** 32-bit integers in memory of the workspace. */
export function allocateIntegers(allocate: Allocate, length: number): Int32Array {
  const piece = allocate(Math.ceil(length / 2))
  return new Int32Array(piece.buffer, piece.byteOffset, length)
}
