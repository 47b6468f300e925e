/** The byte order of float64 values: files and digests are little-endian on every machine. */

export const isLittleEndian = new Uint8Array(Float64Array.of(1).buffer)[7] === 0x3f

/** The bytes of values, in the same memory. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

/** Changes the byte order of 8-byte values in place. */
export function swapBytes(bytes: Uint8Array): Uint8Array {
  for (let i = 0; i < bytes.length; i += 8) bytes.subarray(i, i + 8).reverse()
  return bytes
}
