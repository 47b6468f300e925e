// Checks the ad hoc signature of a library for macOS: the kernel ends a process that loads a page with another hash. A tool that
// changes the file after the linker has signed it (strip) makes it invalid.
import { createHash } from 'node:crypto'

// Apple's <Kern/cs_blobs.h>; these structures are big-endian.
const SUPER_BLOB = 0xfade0cc0
const CODE_DIRECTORY = 0xfade0c02
const SHA_256 = 2
const PAGE_SIZES = [4096, 16384]

/** `command` is where the load command LC_CODE_SIGNATURE begins. */
export function isSignatureValid(bytes, command) {
  const start = bytes.readUInt32LE(command + 8)
  const blob = bytes.subarray(start, start + bytes.readUInt32LE(command + 12))
  if (blob.length < 12 || blob.readUInt32BE(0) !== SUPER_BLOB) return false
  for (let i = 0; i < blob.readUInt32BE(8); i++) {
    const place = blob.readUInt32BE(12 + i * 8 + 4)
    if (blob.readUInt32BE(place) === CODE_DIRECTORY) return hashesFit(bytes, start, blob.subarray(place))
  }
  return false
}

/** Compares the hash of every page before the signature. */
function hashesFit(bytes, start, directory) {
  const hashes = directory.readUInt32BE(16)
  const pages = directory.readUInt32BE(28)
  const limit = directory.readUInt32BE(32)
  const hashSize = directory[36]
  const pageSize = 2 ** directory[39]
  if (!PAGE_SIZES.includes(pageSize) || limit > bytes.length) return false
  if (directory[37] !== SHA_256 || limit !== start || pages !== Math.ceil(limit / pageSize)) return false
  return Array.from({ length: pages }, (_, i) => {
    const page = bytes.subarray(i * pageSize, Math.min((i + 1) * pageSize, limit))
    const expected = directory.subarray(hashes + i * hashSize, hashes + (i + 1) * hashSize)
    return createHash('sha256').update(page).digest().subarray(0, hashSize).equals(expected)
  }).every(Boolean)
}
