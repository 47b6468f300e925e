/** Reads text files. */
import { readFile } from 'node:fs/promises'
import { wrongSize } from '../checks/errors.js'
import { codeOf } from './file-system.js'

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
