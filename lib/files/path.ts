/** Paths of files: their check, and the place of a file to write. */
import { lstatSync, readlinkSync, type Stats } from 'node:fs'
import { basename, dirname, isAbsolute, join, sep } from 'node:path'
import { cwd } from 'node:process'
import { fileURLToPath } from 'node:url'
import { wrongSize, wrongType, wrongValue } from '../checks/errors.js'

export function checkPath(path: unknown, name = 'path'): string {
  if (path instanceof URL) return fileURLToPath(path)
  if (typeof path !== 'string') throw wrongType('the name of a file, or its URL,', name, path)
  if (path === '') throw wrongValue('the name of a file that is not empty', name, path)
  if (path.includes('\0')) throw wrongValue('the name of a file, without \\0,', name, path)
  return path
}

/** Not normalized: the system resolves `..` after a link. */
const joined = (folder: string, path: string): string => (isAbsolute(path) ? path : `${folder}${sep}${path}`)

/** The same file after a change of the current folder. */
export const absolute = (path: string): string => joined(cwd(), path)

export const folderOf = (path: string): string => dirname(path)
export const nameOf = (path: string): string => basename(path)
export const inFolder = (folder: string, name: string): string => join(folder, name)

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
 * @param name the argument's name in errors
 * @throws RangeError for anything but a regular file, such as a folder, a device or a pipe
 */
export function destinationOf(path: string, name = 'path'): Destination {
  let target = path
  for (let links = 0; links <= MAX_LINKS; links++) {
    const found = lstatSync(target, { throwIfNoEntry: false })
    if (found === undefined || found.isFile()) return { path: target, old: found }
    if (!found.isSymbolicLink()) throw notRegular(path, name, kindOf(found))
    target = joined(dirname(target), readlinkSync(target))
  }
  throw notRegular(path, name, `more than ${MAX_LINKS} symbolic links`)
}

const notRegular = (path: string, name: string, received: string): RangeError =>
  wrongSize('a regular file, or the name of a new one,', `${name} (${path})`, received)

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder'
  if (found.isFIFO()) return 'a pipe'
  if (found.isSocket()) return 'a socket'
  return 'a device'
}
