/** A compiled WebAssembly module as bytes: its sections, and the instructions of its functions. */

/** One number of the instruction set, and how often each module has it: `0x10` for call, `0xfd 0xc0` with a prefix. */
export type Opcodes = ReadonlyMap<string, number>

const CODE = 10
const DATA = 11

// What follows an opcode. The tables have the instructions of the first version of WebAssembly and of the proposals that
// every engine with SIMD has: sign extension, conversions that saturate, bulk memory, SIMD of a fixed width.
const [BLOCK_TYPE, INDEX, TWO_INDICES, TABLE, BYTE, TWO_BYTES, FOUR, EIGHT, SIXTEEN, MEMORY, LANE_OF_MEMORY, NOTHING] =
  Array.from({ length: 12 }, (_, i) => i)

type Follows = readonly (readonly [first: number, last: number, follows: number])[]

const PLAIN: Follows = [
  [0x00, 0x01, NOTHING],
  [0x02, 0x04, BLOCK_TYPE],
  [0x05, 0x05, NOTHING],
  [0x0b, 0x0b, NOTHING],
  [0x0c, 0x0d, INDEX],
  [0x0e, 0x0e, TABLE],
  [0x0f, 0x0f, NOTHING],
  [0x10, 0x10, INDEX],
  [0x11, 0x11, TWO_INDICES],
  [0x1a, 0x1b, NOTHING],
  [0x20, 0x24, INDEX],
  [0x28, 0x3e, MEMORY],
  [0x3f, 0x40, BYTE],
  [0x41, 0x42, INDEX],
  [0x43, 0x43, FOUR],
  [0x44, 0x44, EIGHT],
  [0x45, 0xc4, NOTHING],
]

const BULK: Follows = [
  [0, 7, NOTHING],
  [10, 10, TWO_BYTES],
  [11, 11, BYTE],
]

const SIMD: Follows = [
  [0, 11, MEMORY],
  [12, 13, SIXTEEN],
  [14, 20, NOTHING],
  [21, 34, BYTE],
  [35, 83, NOTHING],
  [84, 91, LANE_OF_MEMORY],
  [92, 93, MEMORY],
  // Relaxed SIMD begins at 256.
  [94, 255, NOTHING],
]

const PREFIXES: ReadonlyMap<number, Follows> = new Map([
  [0xfc, BULK],
  [0xfd, SIMD],
])

class Reader {
  at = 0
  constructor(readonly bytes: Uint8Array) {}

  byte(): number {
    return this.bytes[this.at++]
  }

  /** A number with 7 bits in each byte, the lowest first. */
  number(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte()
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }

  skipNumbers(count: number): void {
    for (let i = 0; i < count; i++) while (this.byte() >= 128);
  }
}

/** Where the sections of this number are. */
function sections(bytes: Uint8Array, wanted: number): Reader[] {
  const found: Reader[] = []
  const reader = new Reader(bytes)
  for (reader.at = 8; reader.at < bytes.length; ) {
    const id = reader.byte()
    const length = reader.number()
    if (id === wanted) found.push(new Reader(bytes.subarray(reader.at, reader.at + length)))
    reader.at += length
  }
  return found
}

/** Every opcode in the functions of a module. Throws for one that is in no table. */
export function opcodesOf(bytes: Uint8Array): Opcodes {
  const counts = new Map<string, number>()
  for (const reader of sections(bytes, CODE)) {
    for (let left = reader.number(); left > 0; left--) {
      const length = reader.number()
      const end = reader.at + length
      for (let locals = reader.number(); locals > 0; locals--) reader.skipNumbers(2)
      while (reader.at < end) {
        const name = instruction(reader)
        counts.set(name, (counts.get(name) ?? 0) + 1)
      }
    }
  }
  return counts
}

/** Reads one instruction; returns its name. */
function instruction(reader: Reader): string {
  const first = reader.byte()
  const prefixed = PREFIXES.get(first)
  const code = prefixed === undefined ? first : reader.number()
  const hex = (value: number) => `0x${value.toString(16)}`
  const name = prefixed === undefined ? hex(first) : `${hex(first)} ${hex(code)}`
  const entry = (prefixed ?? PLAIN).find(([from, to]) => code >= from && code <= to)
  if (entry === undefined) throw new Error(`The module has the instruction ${name}.`)
  skip(reader, entry[2])
  return name
}

function skip(reader: Reader, follows: number): void {
  if (follows === BLOCK_TYPE || follows === INDEX) reader.skipNumbers(1)
  else if (follows === TWO_INDICES || follows === MEMORY) reader.skipNumbers(2)
  else if (follows === TABLE) reader.skipNumbers(reader.number() + 1)
  else if (follows === LANE_OF_MEMORY) {
    reader.skipNumbers(2)
    reader.at++
  } else if (follows !== NOTHING)
    reader.at += { [BYTE]: 1, [TWO_BYTES]: 2, [FOUR]: 4, [EIGHT]: 8, [SIXTEEN]: 16 }[follows]!
}

/** The addresses at which the module's data begin, in the order of the file. */
export function dataAddresses(bytes: Uint8Array): number[] {
  return sections(bytes, DATA).flatMap((reader) =>
    Array.from({ length: reader.number() }, () => {
      // Of memory 0, at i32.const.
      reader.skipNumbers(1)
      reader.byte()
      const address = reader.number()
      reader.byte()
      const length = reader.number()
      reader.at += length
      return address
    }),
  )
}
