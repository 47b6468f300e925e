// Reads what the loader of Windows needs to know of a DLL (Microsoft PE and COFF specification). 64 bits. Reading outside the bytes
// throws a RangeError.
import { textAt } from './text.mjs'

const MACHINES = { 34404: 'x64', 43620: 'arm64' }
const DLL = 0x2000
const PE32_PLUS = 0x20b
const DIRECTORY = { exports: 0, imports: 1, delayedImports: 13 }
const HEADER_SIZE = 24
const SECTION_SIZE = 40
const IMPORT_SIZE = 20

/** @returns machine; needed: names of DLLs; delayed: whether some are loaded at the first call; exports */
export function readPe(bytes) {
  if (bytes.toString('latin1', 0, 2) !== 'MZ') throw new Error('is no PE file')
  const header = bytes.readUInt32LE(60)
  if (bytes.readUInt32LE(header) !== 0x4550) throw new Error('is no PE file')
  if ((bytes.readUInt16LE(header + 22) & DLL) === 0) throw new Error('is no DLL')
  const optional = header + HEADER_SIZE
  if (bytes.readUInt16LE(optional) !== PE32_PLUS) throw new Error('is not a 64-bit DLL')
  const sections = optional + bytes.readUInt16LE(header + 20)
  const image = { bytes, sections, count: bytes.readUInt16LE(header + 6) }
  const directory = (index) => bytes.readUInt32LE(optional + 112 + index * 8)
  return {
    machine: MACHINES[bytes.readUInt16LE(header + 4)] ?? 'unknown',
    needed: needed(image, directory(DIRECTORY.imports)),
    delayed: directory(DIRECTORY.delayedImports) !== 0,
    exports: exported(image, directory(DIRECTORY.exports)),
  }
}

function needed(image, address) {
  const names = []
  if (address === 0) return names
  for (let at = fileOffset(image, address); image.bytes.readUInt32LE(at + 12) !== 0; at += IMPORT_SIZE) {
    names.push(textAt(image.bytes, fileOffset(image, image.bytes.readUInt32LE(at + 12))))
  }
  return names
}

function exported(image, address) {
  if (address === 0) return []
  const { bytes } = image
  const table = fileOffset(image, address)
  const names = fileOffset(image, bytes.readUInt32LE(table + 32))
  const count = bytes.readUInt32LE(table + 24)
  if (count > bytes.length) throw new RangeError('more exports than bytes')
  return Array.from({ length: count }, (_, i) => textAt(bytes, fileOffset(image, bytes.readUInt32LE(names + i * 4))))
}

/** Where an address of the loaded DLL is in the file. */
function fileOffset({ bytes, sections, count }, address) {
  for (let i = 0; i < count; i++) {
    const section = sections + i * SECTION_SIZE
    const start = bytes.readUInt32LE(section + 12)
    const size = bytes.readUInt32LE(section + 16)
    if (address >= start && address < start + size) return bytes.readUInt32LE(section + 20) + address - start
  }
  throw new Error(`names the address ${address}, which is outside of it`)
}
