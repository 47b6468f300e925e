/** Errors of the command line, and the exit status that each ends with. */
import { shortened, suggestion } from '../../checks/words.js'

/** The exit statuses. After a signal it is 128 and the number of the signal, as shells have it. */
export const DONE = 0
export const FAILED = 1
export const WRONG_USAGE = 2

/** The command line itself is wrong: another one is needed, whatever the files hold. */
export class UsageError extends Error {}

/** A signal ended the work, and there is nothing to keep. */
export class InterruptedError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message)
  }
}

/** The error for a column that a table does not have; it suggests the nearest name. */
export const noColumn = (column: string, where: string, known: readonly string[]): UsageError =>
  new UsageError(
    known.length === 0
      ? `${where} has no columns.`
      : `${where} has no column ${JSON.stringify(shortened(column))}. ${suggestion(column, known)}`,
  )

/** What the system says about a path, in words. */
const SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'the file would be too large',
  EIO: 'the device reports an error',
  EISDIR: 'it is a folder',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space is left on the device',
  ENOTDIR: 'a part of the path is no folder',
  EPERM: 'it is not permitted',
  EROFS: 'the file system is read-only',
}

/** What an error of the system says, in words; undefined for any other error. */
export function systemWords(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException
  return code === undefined || !Object.hasOwn(SYSTEM, code) ? undefined : SYSTEM[code]
}

/** The message of any error, in one line. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { path } = error as NodeJS.ErrnoException
  const words = systemWords(error)
  return words === undefined || path === undefined ? oneLine(error.message) : `${path}: ${words}.`
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s*[\r\n]+\s*/g, ' ')

/** Does work on records, or begins it; its errors call a record `nameOf(i)`. */
export function inRows<Result>(work: () => Result, nameOf: (i: number) => string): Result {
  const renamed = (error: unknown): unknown => {
    if (!(error instanceof Error)) return error
    const message = error.message
      .replaceAll(/\b(?:data\.)?records\[(\d+)\]/g, (_, i: string) => nameOf(Number(i)))
      .replaceAll(/\bcheckpoint\.path\b/g, '--checkpoint')
    return message === error.message ? error : new Error(message, { cause: error })
  }
  try {
    const result = work()
    if (!(result instanceof Promise)) return result
    return result.catch((error: unknown) => {
      throw renamed(error)
    }) as Result
  } catch (error) {
    throw renamed(error)
  }
}
