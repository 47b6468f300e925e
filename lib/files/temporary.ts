/** Names of temporary files, and the removal of those that killed processes left. */
import { randomBytes } from 'node:crypto'
import { newSha256 } from '#platform'
import { type Files, hostName, isRunning, PROCESS, processStart, type Stats } from './file-system.js'
import { folderOf, inFolder, nameOf } from './path.js'
import { type Steps, wait } from './steps.js'

/** The first digits, in hex, of the SHA-256 of a text. */
const shortDigest = (text: string, digits: number): string => newSha256().update(text).hex().slice(0, digits)

/** In bytes. The longest name of a file is 255 bytes on most systems, of which the rest of the name takes up to 45. */
const MAX_STEM = 160

/** `.name.`, or a digest in place of a name that is too long. */
function prefixOf(path: string): string {
  const name = nameOf(path)
  return `.${new TextEncoder().encode(name).length > MAX_STEM ? shortDigest(name, 32) : name}.`
}

let digits = ''

/** The digits of this machine; random ones where its name may not be read. */
function machineDigits(): string {
  if (digits === '') digits = shortDigest(hostName() ?? randomBytes(16).toString('hex'), 8)
  return digits
}

/** A new name in the folder of a file: `.name.<machine>-<process>-<random>.tmp`. */
export const temporaryName = (path: string): string =>
  inFolder(folderOf(path), `${prefixOf(path)}${machineDigits()}-${PROCESS}-${randomBytes(8).toString('hex')}.tmp`)

const REST = /^([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{16}\.tmp$/

const HOUR = 3_600_000
/** The coarsest time of a file, in milliseconds: that of FAT. */
const COARSEST = 2000

/**
 * Whether a temporary file was left by a process that ended. A writer writes piece after piece, so that a file to which
 * nothing was written for an hour has none. On this machine the process of the name is looked up. If it is the process
 * that asks, the file is from an earlier one with the same number where it is older than this one: in a container each
 * start has the same number.
 */
function isLeftOver(machine: string, id: number, { mtimeMs }: Stats): boolean {
  if (Date.now() - mtimeMs > HOUR) return true
  if (machine !== machineDigits()) return false
  return id === PROCESS ? mtimeMs + COARSEST < processStart() : !isRunning(id)
}

/** Removes the temporary files for this path that ended processes left. Where that fails, they stay. */
export function* removeLeftOvers(files: Files, path: string): Steps<void> {
  const prefix = prefixOf(path)
  try {
    for (const name of yield* wait(files.list(folderOf(path)))) {
      const match = name.startsWith(prefix) ? REST.exec(name.slice(prefix.length)) : null
      if (match === null) continue
      const file = inFolder(folderOf(path), name)
      const found = yield* wait(files.stat(file))
      if (found?.isFile() && isLeftOver(match[1], Number(match[2]), found)) yield* wait(files.remove(file))
    }
  } catch {}
}
