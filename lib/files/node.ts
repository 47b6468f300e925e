/** Files in Node.js, Bun and Deno. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { FileAccess } from './access.js'
import { absolute, checkPath, destinationOf } from './path.js'
import { readText } from './read-text.js'
import { writeWhole } from './write-whole.js'

export const saveText: FileAccess['saveText'] = async (path, text) => {
  const destination = destinationOf(checkPath(path))
  await writeWhole(destination, text())
}

export const loadText: FileAccess['loadText'] = async (path) => {
  const file = checkPath(path)
  return { file, text: await readText(file) }
}

export const loadBytes: FileAccess['loadBytes'] = async (path) => {
  const name = typeof path === 'string' ? path : fileURLToPath(path)
  return { name, bytes: await readFile(path) }
}

export const absolutePath: FileAccess['absolutePath'] = (path, name) => absolute(checkPath(path, name))
