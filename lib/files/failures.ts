/** Errors of the system about files, with what they mean for the caller. */
import { codeOf } from './file-system.js'

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space, or choose a path on another disk.',
  EDQUOT: 'Free some space, or choose a path on another disk.',
  EFBIG: 'The system limits the size of files: raise the limit, or choose a path on another disk.',
  ENOENT: 'Its folder does not exist: make it first.',
  ENOTDIR: 'Its folder is a file: choose another path.',
  EACCES: 'Choose a path that this process may read and write.',
  EPERM: 'Choose a path that this process may read and write.',
  EROFS: 'Choose a path on a disk that is not read-only.',
  ENAMETOOLONG: 'Choose a shorter name.',
  EISDIR: 'It is a folder: choose another path.',
}

/**
 * An error of the system with what it means. It has the `code` of the system. Errors of the library are returned as they
 * are.
 * @param file what the file is, and its path: `checkpoint run.ckpt`
 * @param action `read` or `written`
 * @param outcome a sentence about what is left
 */
export function fileError(error: unknown, file: string, action: 'read' | 'written', outcome: string): unknown {
  const code = codeOf(error)
  // ERR_…: an error of Node.js, such as a wrong argument.
  if (code === '' || code.startsWith('ERR_')) return error
  const remedy = Object.hasOwn(REMEDIES, code) ? ` ${REMEDIES[code]}` : ''
  const { message } = error as Error
  const failure = new Error(`The ${file} cannot be ${action}: ${message}. ${outcome}${remedy}`, { cause: error })
  return Object.assign(failure, { code })
}
