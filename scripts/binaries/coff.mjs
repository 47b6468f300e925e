// Reads the names in an object file for Windows (Microsoft PE and COFF specification, "COFF Symbol Table").
import { textAt } from './text.mjs'

const SYMBOL_SIZE = 18
const IMPORT = '__imp_'

/** The names of the functions that an object expects from other DLLs. */
export function imported(object) {
  const start = object.readUInt32LE(8)
  const count = object.readUInt32LE(12)
  const strings = start + count * SYMBOL_SIZE
  const names = []
  for (let i = 0; i < count; i++) {
    const symbol = start + i * SYMBOL_SIZE
    const isUndefined = object.readInt16LE(symbol + 12) === 0
    const name = nameOf(object, symbol, strings)
    if (isUndefined && name.startsWith(IMPORT)) names.push(name.slice(IMPORT.length))
    i += object.readUInt8(symbol + 17) // auxiliary records
  }
  return names
}

/** Up to eight characters in place; a longer name is in the table of strings. */
function nameOf(object, symbol, strings) {
  if (object.readUInt32LE(symbol) !== 0) return textAt(object, symbol, symbol + 8)
  return textAt(object, strings + object.readUInt32LE(symbol + 4))
}
