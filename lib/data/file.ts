/** Writes files completely or not at all, and reads text files. */
import { randomBytes } from 'node:crypto'
import { lstatSync, readlinkSync, type Stats } from 'node:fs'
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, isAbsolute, join, sep } from 'node:path'
import { platform } from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { wrongSize, wrongType, wrongValue } from '../checks/errors.js'

export function checkPath(path: unknown): string {
  if (path instanceof URL) return fileURLToPath(path)
  if (typeof path !== 'string') throw wrongType('the name of a file, or its URL,', 'path', path)
  if (path === '') throw wrongValue('the name of a file that is not empty', 'path', path)
  return path
}

/** The place of a file to write. */
export interface Destination {
  readonly path: string
  /** The existing file; undefined for a new one. */
  readonly old: Stats | undefined
}

/** Linux follows the same number. */
const MAX_LINKS = 40

/**
 * The file at a path, through symbolic links; the last link may point to a file that does not exist yet.
 * @throws RangeError for anything but a regular file, such as a folder, a device or a pipe
 */
export function destinationOf(path: string): Destination {
  let target = path
  for (let links = 0; links <= MAX_LINKS; links++) {
    const found = lstatSync(target, { throwIfNoEntry: false })
    if (found === undefined || found.isFile()) return { path: target, old: found }
    if (!found.isSymbolicLink()) throw notRegular(path, kindOf(found))
    const link = readlinkSync(target)
    // Not normalized: the system resolves `..` after a link.
    target = isAbsolute(link) ? link : `${dirname(target)}${sep}${link}`
  }
  throw notRegular(path, `more than ${MAX_LINKS} symbolic links`)
}

const notRegular = (path: string, received: string): RangeError =>
  wrongSize('a regular file, or the name of a new one,', `path (${path})`, received)

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder'
  if (found.isFIFO()) return 'a pipe'
  if (found.isSocket()) return 'a socket'
  return 'a device'
}

/**
 * Writes a file under a temporary name in the folder of the destination, then renames it, so that a reader gets the old
 * file or the new one. The new file has the mode and, where the system permits it, the owner of the old one. If this
 * throws, the old file is unchanged.
 */
export async function writeWhole({ path, old }: Destination, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path)
  const { file, temporary } = await openTemporary(folder, old)
  try {
    try {
      await file.writeFile(content)
      if (old !== undefined) await copyAccess(file, old)
      await file.sync()
    } finally {
      await file.close()
    }
    await replace(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(folder)
}

const ATTEMPTS = 10

/** Opens a new file under an unused name. No one else may open a file that will be private. */
async function openTemporary(folder: string, old: Stats | undefined): Promise<{ file: FileHandle; temporary: string }> {
  const mode = old === undefined ? 0o666 : 0o600
  for (let attempt = 1; ; attempt++) {
    const temporary = join(folder, `.lockstep-nn-${randomBytes(8).toString('hex')}.tmp`)
    try {
      return { file: await open(temporary, 'wx', mode), temporary }
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || attempt === ATTEMPTS) throw error
    }
  }
}

const GROUP = 0o070
const OTHERS = 0o007

/** The owner is changed first, because that may clear bits of the mode. */
async function copyAccess(file: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  const made = await file.stat()
  if (made.uid !== uid || made.gid !== gid) {
    await tolerating(file.chown(uid, gid), ['EPERM', 'EINVAL', 'ENOSYS'])
    if ((await file.stat()).gid !== gid) await tolerating(file.chown(made.uid, gid), ['EPERM', 'EINVAL', 'ENOSYS'])
  }
  // If the group is another one, it gets the permissions of everyone.
  const kept = (await file.stat()).gid === gid
  await file.chmod(kept ? mode & 0o7777 : (mode & 0o707) | (((mode & OTHERS) << 3) & GROUP))
}

/** Windows refuses to rename to a file that another program has open, such as a virus scanner or a reader. */
const BUSY = ['EPERM', 'EACCES', 'EBUSY']

async function replace(temporary: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(temporary, path)
      return
    } catch (error) {
      if (platform !== 'win32' || !BUSY.includes(codeOf(error)) || attempt === ATTEMPTS) throw error
      await delay(10 * attempt)
    }
  }
}

/**
 * Makes the new name survive a loss of power. The file is complete already, and some systems cannot sync folders, so
 * that a failure is no error.
 */
async function syncFolder(folder: string): Promise<void> {
  try {
    const opened = await open(folder, 'r')
    try {
      await opened.sync()
    } finally {
      await opened.close()
    }
  } catch {}
}

async function tolerating(work: Promise<void>, codes: readonly string[]): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!codes.includes(codeOf(error))) throw error
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

/**
 * The text of a file.
 * @throws RangeError where it is longer than the longest string
 */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (!['ERR_STRING_TOO_LONG', 'ERR_FS_FILE_TOO_LARGE'].includes(codeOf(error))) throw error
    throw wrongSize('a file whose text fits in a string', `path (${path})`, 'a longer one')
  }
}
