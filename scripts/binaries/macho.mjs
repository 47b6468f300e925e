// Reads what the loader of macOS needs to know of a library (<mach-o/loader.h>). 64 bits, one processor. Reading outside the bytes
// throws a RangeError.
import { isSignatureValid } from './signature.mjs'
import { textAt } from './text.mjs'

const MAGIC = 0xfeedfacf
const MACHINES = { 16777223: 'x64', 16777228: 'arm64' }
const LIBRARY = 6
const HEADER_SIZE = 32
const WEAK_SYMBOLS = 0x8000 | 0x10000 // MH_WEAK_DEFINES, MH_BINDS_TO_WEAK
const REQUIRED = 0x80000000
const COMMAND = {
  load: [12, 0x18 | REQUIRED, 0x1f | REQUIRED, 0x23 | REQUIRED],
  id: [13],
  runPath: [0x1c | REQUIRED],
  signature: [0x1d],
  info: [0x22, 0x22 | REQUIRED],
  exportsTrie: [0x33 | REQUIRED],
  version: [0x32],
}
const MACOS = 1

/**
 * @returns machine; needed: paths of libraries; id: its own name; exports; oldestMacos: '11.0'; signature: 'valid', 'invalid' or
 * 'missing'; sharesSymbols: whether it has weak symbols, which the loader binds to those of other libraries; runPath
 */
export function readMacho(bytes) {
  if (bytes.readUInt32LE(0) !== MAGIC) throw new Error('is no Mach-O file of 64 bits for one processor')
  if (bytes.readUInt32LE(12) !== LIBRARY) throw new Error('is no library')
  const commands = loadCommands(bytes)
  const all = (kind) => commands.filter(({ command }) => COMMAND[kind].some((value) => value >>> 0 === command))
  const [signature] = all('signature')
  const [version] = all('version').filter(({ at }) => bytes.readUInt32LE(at + 8) === MACOS)
  const nameIn = ({ at }) => textAt(bytes, at + bytes.readUInt32LE(at + 8))
  return {
    machine: MACHINES[bytes.readUInt32LE(4)] ?? 'unknown',
    needed: all('load').map(nameIn),
    id: all('id').map(nameIn)[0] ?? '',
    exports: exported(bytes, all('info')[0], all('exportsTrie')[0]),
    oldestMacos: version ? versionText(bytes.readUInt32LE(version.at + 12)) : 'unknown',
    signature: signature === undefined ? 'missing' : isSignatureValid(bytes, signature.at) ? 'valid' : 'invalid',
    sharesSymbols: (bytes.readUInt32LE(24) & WEAK_SYMBOLS) !== 0,
    runPath: all('runPath').length > 0,
  }
}

function loadCommands(bytes) {
  const count = bytes.readUInt32LE(16)
  const commands = []
  for (let i = 0, at = HEADER_SIZE; i < count; i++) {
    const size = bytes.readUInt32LE(at + 4)
    if (size < 8) throw new Error('has a load command without a size')
    commands.push({ command: bytes.readUInt32LE(at), at })
    at += size
  }
  return commands
}

function exported(bytes, info, trie) {
  if (trie) return namesInTrie(bytes, bytes.readUInt32LE(trie.at + 8), bytes.readUInt32LE(trie.at + 12))
  if (info) return namesInTrie(bytes, bytes.readUInt32LE(info.at + 40), bytes.readUInt32LE(info.at + 44))
  throw new Error('has no table of exported symbols')
}

/** A node is: the size of its own entry and the entry, the number of children, for each a text and the child's place. */
function namesInTrie(bytes, start, size) {
  if (size === 0) return []
  const names = []
  const open = [{ place: 0, name: '' }]
  const seen = new Set()
  while (open.length > 0) {
    const { place, name } = open.pop()
    if (place >= size || seen.has(place)) throw new Error('has a damaged table of exported symbols')
    seen.add(place)
    const [entrySize, entry] = uleb(bytes, start + place)
    if (entrySize > 0) names.push(name)
    let at = entry + entrySize + 1
    for (let i = bytes.readUInt8(at - 1); i > 0; i--) {
      const text = textAt(bytes, at)
      const [child, next] = uleb(bytes, at + text.length + 1)
      open.push({ place: child, name: name + text })
      at = next
    }
  }
  // The linker puts an underscore before the name that the source has.
  return names.map((name) => name.replace(/^_/, ''))
}

/** A number in groups of 7 bits, the lowest first; also returns the place after it. */
function uleb(bytes, start) {
  let value = 0
  let at = start
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes.readUInt8(at++)
    value += (byte & 127) * scale
    if (byte < 128) return [value, at]
  }
}

function versionText(packed) {
  return `${packed >>> 16}.${(packed >>> 8) & 255}`
}
