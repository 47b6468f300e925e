/** Writes files completely or not at all. */
import { asyncFiles, codeOf, type Files, IS_WINDOWS, type OpenFile, type Stats } from './file-system.js'
import { type Destination, folderOf } from './path.js'
import { type Awaitable, runSteps, type Steps, wait } from './steps.js'
import { temporaryName } from './temporary.js'

/**
 * Writes a file under a temporary name in the folder of the destination, then renames it, so that a reader gets the old
 * file or the new one. The new file has the mode and, where the system permits it, the owner of the old one. If this
 * throws, the old file is unchanged.
 */
export async function writeWhole(destination: Destination, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  await runSteps(writeSteps(asyncFiles, destination, [bytes]))
}

function* writeSteps(files: Files, destination: Destination, pieces: Iterable<Uint8Array>): Steps<void> {
  const { temporary } = yield* writeTemporary(files, destination, pieces)
  yield* orRemove(files, temporary, replace(files, temporary, destination.path))
  yield* syncFolder(files, folderOf(destination.path))
}

export interface Temporary {
  readonly temporary: string
  /** Of the whole file. A renaming does not change its size, time and number. */
  readonly written: Stats
}

/**
 * A whole file on the disk, under a temporary name. If this throws, there is none.
 * @param pieces the content; a piece may be overwritten once the next one is requested
 */
export function* writeTemporary(
  files: Files,
  { path, old }: Destination,
  pieces: Iterable<Uint8Array>,
): Steps<Temporary> {
  const { file, temporary } = yield* openTemporary(files, path, old)
  const written = yield* orRemove(files, temporary, fill(file, old, pieces))
  return { temporary, written }
}

function* fill(file: OpenFile, old: Stats | undefined, pieces: Iterable<Uint8Array>): Steps<Stats> {
  try {
    let position = 0
    for (const piece of pieces) {
      yield* writeAll(file, piece, position)
      position += piece.length
    }
    if (old !== undefined) yield* copyAccess(file, old)
    yield* wait(file.sync())
    return yield* wait(file.stat())
  } finally {
    yield* wait(file.close())
  }
}

/** Some systems write no more at a time. */
const MAX_PIECE = 2 ** 30

export function* writeAll(file: OpenFile, bytes: Uint8Array, position: number): Steps<void> {
  let done = 0
  while (done < bytes.length) {
    const count = yield* wait(file.write(bytes.subarray(done, done + MAX_PIECE), position + done))
    if (count === 0) throw Object.assign(new Error('ENOSPC: no byte could be written'), { code: 'ENOSPC' })
    done += count
  }
}

/** Removes the temporary file where the steps fail. */
export function* orRemove<Result>(files: Files, temporary: string, steps: Steps<Result>): Steps<Result> {
  try {
    return yield* steps
  } catch (error) {
    // The first error is the one to report.
    yield* tolerating(() => files.remove(temporary))
    throw error
  }
}

const ATTEMPTS = 10

/** Opens a new file under an unused name. No one else may open a file that will be private. */
export function* openTemporary(
  files: Files,
  path: string,
  old: Stats | undefined,
): Steps<{ file: OpenFile; temporary: string }> {
  const mode = old === undefined ? 0o666 : 0o600
  for (let attempt = 1; ; attempt++) {
    const temporary = temporaryName(path)
    try {
      return { file: yield* wait(files.open(temporary, 'wx', mode)), temporary }
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || attempt === ATTEMPTS) throw error
    }
  }
}

const GROUP = 0o070
const OTHERS = 0o007
/** The owner stays the new one. */
const NOT_PERMITTED = ['EPERM', 'EINVAL', 'ENOSYS']

/** The owner is changed first, because that may clear bits of the mode. */
export function* copyAccess(file: OpenFile, { uid, gid, mode }: Stats): Steps<void> {
  const made = yield* wait(file.stat())
  if (made.uid !== uid || made.gid !== gid) {
    yield* tolerating(() => file.chown(uid, gid), NOT_PERMITTED)
    if ((yield* wait(file.stat())).gid !== gid) yield* tolerating(() => file.chown(made.uid, gid), NOT_PERMITTED)
  }
  // If the group is another one, it gets the permissions of everyone.
  const kept = (yield* wait(file.stat())).gid === gid
  yield* wait(file.chmod(kept ? mode & 0o7777 : (mode & 0o707) | (((mode & OTHERS) << 3) & GROUP)))
}

/** Windows refuses to rename to a file that another program has open, such as a virus scanner or a reader. */
const BUSY = ['EPERM', 'EACCES', 'EBUSY']

/** Renames a file to a name that may exist. */
export function* replace(files: Files, from: string, to: string): Steps<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      yield* wait(files.rename(from, to))
      return
    } catch (error) {
      if (!IS_WINDOWS || !BUSY.includes(codeOf(error)) || attempt === ATTEMPTS) throw error
      yield* wait(files.pause(10 * attempt))
    }
  }
}

/**
 * Makes new names survive a loss of power. The files are complete already, and some systems cannot sync folders, so that
 * a failure is no error.
 */
export function* syncFolder(files: Files, folder: string): Steps<void> {
  try {
    const opened = yield* wait(files.open(folder, 'r'))
    try {
      yield* wait(opened.sync())
    } finally {
      yield* wait(opened.close())
    }
  } catch {}
}

/** An operation whose errors of these codes, or all, are ignored. */
export function* tolerating(operation: () => Awaitable<void>, codes: readonly string[] | null = null): Steps<void> {
  try {
    yield* wait(operation())
  } catch (error) {
    if (codes !== null && !codes.includes(codeOf(error))) throw error
  }
}
