/** Files in Node.js, Bun and Deno. */
import { open } from 'node:fs/promises'
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

/** The bytes that are read at once. */
const PIECE = 2 ** 16

/** The file is open while it is read, and closed where the reader stops early. */
async function* piecesOf(path: string | URL): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  try {
    const bytes = new Uint8Array(PIECE)
    for (;;) {
      const { bytesRead } = await file.read(bytes, 0, PIECE, null)
      if (bytesRead === 0) return
      yield bytes.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

export const filePieces: FileAccess['filePieces'] = (path) => ({
  name: typeof path === 'string' ? path : fileURLToPath(path),
  pieces: piecesOf(path),
})

export const absolutePath: FileAccess['absolutePath'] = (path, name) => absolute(checkPath(path, name))

export { openShared } from './shared-file.js'
