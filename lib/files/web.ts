/** Files in browsers: there are none, which each call says before any work. */
import type { FileAccess, FileUse } from './access.js'

function refuse({ what, instead }: FileUse): never {
  throw new Error(`${what} needs Node.js, Bun or Deno, because browsers have no files. ${instead}`)
}

export const saveText: FileAccess['saveText'] = async (_path, _text, use) => refuse(use)
export const loadText: FileAccess['loadText'] = async (_path, use) => refuse(use)
export const filePieces: FileAccess['filePieces'] = (_path, use) => refuse(use)
export const absolutePath: FileAccess['absolutePath'] = (_path, _name, use) => refuse(use)
export const openShared: FileAccess['openShared'] = (_path, use) => refuse(use)
