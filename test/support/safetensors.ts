/** Safetensors files made by hand, right and wrong ones. */
import { Network } from 'lockstep-nn'
import { toSafetensors } from 'lockstep-nn/formats'

/** A file of this header, as text or as an object, and this data. */
export function fileOf(header: unknown, data: Uint8Array = new Uint8Array(0), length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

/** The header of a file and its data. */
export function partsOf(bytes: Uint8Array): { header: Record<string, Record<string, unknown>>; data: Uint8Array } {
  const end = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  return { header: JSON.parse(new TextDecoder().decode(bytes.subarray(8, end))), data: bytes.subarray(end) }
}

/** A file of `toSafetensors` with another header. */
export function edited(
  bytes: Uint8Array,
  edit: (header: Record<string, Record<string, unknown>>) => unknown,
): Uint8Array {
  const { header, data } = partsOf(bytes)
  return fileOf(edit(header) ?? header, data)
}

/** A network of 6 parameters, and its file. */
export const tiny = (): Network =>
  new Network({ inputs: 2, layers: [{ units: 2 }], parameters: Float64Array.of(1, 2, 3, 4, 5, 6) })
export const tinyFile = (): Uint8Array => toSafetensors(tiny())

/** float32 values as bytes. */
export const float32Bytes = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)
