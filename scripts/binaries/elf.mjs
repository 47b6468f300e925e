// Reads what the loader of Linux needs to know of a shared library (System V ABI, "Object Files" and "Dynamic Linking"). 64 bits,
// little-endian. Reading outside the bytes throws a RangeError.
import { textAt } from './text.mjs'

const MACHINES = { 62: 'x64', 183: 'arm64' }
const SHARED_LIBRARY = 3
const SEGMENT = { load: 1, dynamic: 2, stack: 0x6474e551 }
const EXECUTABLE = 1
const TAG = {
  needed: 1,
  strings: 5,
  runPathOld: 15,
  textRelocations: 22,
  runPath: 29,
  flags: 30,
  versions: 0x6ffffffe,
}
const FLAG_TEXT_RELOCATIONS = 4
const SYMBOL_SIZE = 24
const SECTION_SYMBOLS = 11

/**
 * @returns machine; needed: names of libraries; versions: the symbol versions that it needs of them (GLIBC_2.17); exports;
 * writesCode: whether relocations change its code; executableStack; runPath: whether it names folders of libraries
 */
export function readElf(bytes) {
  if (bytes.readUInt32BE(0) !== 0x7f454c46) throw new Error('is no ELF file')
  if (bytes[4] !== 2 || bytes[5] !== 1) throw new Error('is not a 64-bit little-endian ELF file')
  if (bytes.readUInt16LE(16) !== SHARED_LIBRARY) throw new Error('is no shared library')
  const segments = table(bytes, 32, 54, 56, (at) => ({
    type: bytes.readUInt32LE(at),
    flags: bytes.readUInt32LE(at + 4),
    offset: number(bytes, at + 8),
    address: number(bytes, at + 16),
    size: number(bytes, at + 32),
    alignment: number(bytes, at + 48),
  }))
  const loaded = segments.filter(({ type }) => type === SEGMENT.load)
  const entries = dynamicEntries(bytes, segments)
  const valueFor = (tag) => entries.find((entry) => entry.tag === tag)?.value
  const has = (tag) => valueFor(tag) !== undefined
  const strings = fileOffset(loaded, valueFor(TAG.strings))
  const stack = segments.find(({ type }) => type === SEGMENT.stack)
  return {
    machine: MACHINES[bytes.readUInt16LE(18)] ?? 'unknown',
    needed: entries.filter(({ tag }) => tag === TAG.needed).map(({ value }) => textAt(bytes, strings + value)),
    versions: has(TAG.versions) ? versions(bytes, fileOffset(loaded, valueFor(TAG.versions)), strings) : [],
    exports: exported(bytes),
    writesCode: has(TAG.textRelocations) || ((valueFor(TAG.flags) ?? 0) & FLAG_TEXT_RELOCATIONS) !== 0,
    // A library without this entry makes the stack executable too.
    executableStack: stack === undefined || (stack.flags & EXECUTABLE) !== 0,
    runPath: has(TAG.runPath) || has(TAG.runPathOld),
    alignment: Math.min(...loaded.map(({ alignment }) => alignment)),
  }
}

/** Maps the entries of a table whose place, size and number are in the file's header. */
function table(bytes, place, sizes, size, read) {
  const start = number(bytes, place)
  const count = bytes.readUInt16LE(sizes + 2)
  if (bytes.readUInt16LE(sizes) !== size) throw new Error('has a table with entries of an unknown size')
  return Array.from({ length: count }, (_, i) => read(start + i * size))
}

function dynamicEntries(bytes, segments) {
  const segment = segments.find(({ type }) => type === SEGMENT.dynamic)
  if (!segment) throw new Error('has no table for the dynamic linker')
  const entries = []
  for (let at = segment.offset; at < segment.offset + segment.size; at += 16) {
    const tag = number(bytes, at)
    if (tag === 0) break
    entries.push({ tag, value: number(bytes, at + 8) })
  }
  return entries
}

/** The names of defined symbols that other libraries can see. */
function exported(bytes) {
  const sections = table(bytes, 40, 58, 64, (at) => ({
    type: bytes.readUInt32LE(at + 4),
    offset: number(bytes, at + 24),
    size: number(bytes, at + 32),
    link: bytes.readUInt32LE(at + 40),
  }))
  const symbols = sections.find(({ type }) => type === SECTION_SYMBOLS)
  if (!symbols) throw new Error('has no table of exported symbols')
  const strings = sections[symbols.link].offset
  const names = []
  for (let at = symbols.offset; at < symbols.offset + symbols.size; at += SYMBOL_SIZE) {
    const isLocal = bytes[at + 4] >> 4 === 0
    const isHidden = (bytes[at + 5] & 3) !== 0
    const isUndefined = bytes.readUInt16LE(at + 6) === 0
    if (!isLocal && !isHidden && !isUndefined) names.push(textAt(bytes, strings + bytes.readUInt32LE(at)))
  }
  return names
}

/** The versions in the list of libraries, each with a list of its own. Places are relative; 0 is the end of a list. */
function versions(bytes, start, strings) {
  const names = []
  const next = (entry, field) => {
    const distance = bytes.readUInt32LE(entry + field)
    return distance === 0 ? 0 : entry + distance
  }
  for (let library = start; library !== 0; library = next(library, 12)) {
    for (let version = next(library, 8); version !== 0; version = next(version, 12)) {
      names.push(textAt(bytes, strings + bytes.readUInt32LE(version + 8)))
    }
  }
  return names
}

/** Where an address of the loaded library is in the file. */
function fileOffset(loaded, address) {
  const segment = loaded.find(
    (candidate) => address >= candidate.address && address < candidate.address + candidate.size,
  )
  if (!segment) throw new Error(`names the address ${address}, which is outside of it`)
  return segment.offset + address - segment.address
}

function number(bytes, at) {
  return Number(bytes.readBigUInt64LE(at))
}
