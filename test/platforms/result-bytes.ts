/** All bits of a training's result as bytes, the same on every platform. */

const BYTES = Float64Array.BYTES_PER_ELEMENT

/**
 * Writes numbers as their 64 bits (any NaN as one NaN, as payloads may differ), texts as UTF-8, and the names of properties.
 * The name of the backend is left out.
 */
export function bytesOf(result: unknown): Uint8Array {
  const pieces: Uint8Array[] = []
  add(result, pieces)
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

function add(result: unknown, pieces: Uint8Array[]): void {
  if (typeof result === 'number') pieces.push(bitsOf([result]))
  else if (ArrayBuffer.isView(result)) pieces.push(bitsOf(result as Float64Array))
  else if (typeof result !== 'object' || result === null) addText(`${typeof result} ${String(result)}`, pieces)
  else {
    addText(Array.isArray(result) ? '[' : '{', pieces)
    for (const [name, value] of Object.entries(result)) {
      if (name === 'backend') continue
      addText(name, pieces)
      add(value, pieces)
    }
    addText('}', pieces)
  }
}

function addText(text: string, pieces: Uint8Array[]): void {
  pieces.push(new TextEncoder().encode(`${text}\0`))
}

function bitsOf(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * BYTES))
  for (let i = 0; i < values.length; i++) view.setFloat64(i * BYTES, Number.isNaN(values[i]) ? Number.NaN : values[i])
  return new Uint8Array(view.buffer)
}
