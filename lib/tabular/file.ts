/** Files that are there whole or not at all. */
import { open, readFile, rename, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { wrongType } from '../errors.js'

export function checkPath(path: unknown): string {
  if (path instanceof URL) return fileURLToPath(path)
  if (typeof path !== 'string') throw wrongType('the name of a file, or its URL,', 'path', path)
  return path
}

let written = 0

/** Writes text beside the file first, and then puts it in its place: whoever reads sees the old file or the new one. */
export async function writeWhole(path: string, content: string): Promise<void> {
  const temporary = `${path}.${process.pid}.${written++}.tmp`
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

export const readWhole = (path: string): Promise<string> => readFile(path, 'utf8')
