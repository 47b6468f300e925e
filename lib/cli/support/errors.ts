/** Errors of the command line, and the exit status that each ends with. */
import { suggestion } from '../../checks/words.js'

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
  new UsageError(`${where} has no column ${JSON.stringify(column)}. ${suggestion(column, known)}`)

/** What the system says about a path, in words. */
const SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space is left on the device',
  ENOTDIR: 'a part of the path is no folder',
  EPERM: 'it is not permitted',
  EROFS: 'the file system is read-only',
}

/** The message of any error, in one line. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, path } = error as NodeJS.ErrnoException
  const words = code === undefined || path === undefined ? undefined : SYSTEM[code]
  return words === undefined ? oneLine(error.message) : `${path}: ${words}.`
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s*[\r\n]+\s*/g, ' ')

/** Does work on records; its errors call a record `nameOf(i)`. */
export async function inRows<Result>(
  work: () => Result | Promise<Result>,
  nameOf: (i: number) => string,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const message = error.message.replaceAll(/\brecords\[(\d+)\]/g, (_, i: string) => nameOf(Number(i)))
    throw new Error(message, { cause: error })
  }
}
