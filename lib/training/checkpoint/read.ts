/** Reads the newest whole checkpoint of a path. */
import { wrongSize } from '../../checks/errors.js'
import { asyncFiles, codeOf, type Files, type OpenFile, syncFiles } from '../../files/file-system.js'
import { destinationOf, folderOf } from '../../files/path.js'
import { runSteps, runStepsSync, type Steps, wait } from '../../files/steps.js'
import type { CheckpointContent } from './content.js'
import { Damage, OtherVersion } from './damage.js'
import { decode } from './decode.js'
import { systemError } from './failures.js'
import { fileName } from './names.js'

/** A file that could not be used. */
export interface DamagedFile {
  readonly path: string
  /** As in "The file is damaged: it has 7 bytes, fewer than any checkpoint". */
  readonly reason: string
}

export interface FoundCheckpoint {
  readonly content: CheckpointContent
  /** The file that was read. */
  readonly path: string
  /** The newer files, which are damaged; none in most cases. */
  readonly damaged: readonly DamagedFile[]
}

/**
 * The newest whole checkpoint: `path`, or where it is damaged or missing one of the files before it, up to `keep` files.
 * Nothing is written.
 * @returns null where no file exists
 * @throws Error (as a rejection) where all files are damaged, where one is of another version of the format, or where
 *   one cannot be read for another reason: its folder does not exist, it is a folder, it may not be read, …
 */
export const readCheckpoint = (path: string, keep: number): Promise<FoundCheckpoint | null> =>
  runSteps(readSteps(asyncFiles, path, keep))

/** The same, synchronously. */
export const readCheckpointSync = (path: string, keep: number): FoundCheckpoint | null =>
  runStepsSync(readSteps(syncFiles, path, keep))

export function* readSteps(files: Files, path: string, keep: number): Steps<FoundCheckpoint | null> {
  const target = targetOf(path)
  const damaged: DamagedFile[] = []
  for (let age = 0; age < keep; age++) {
    const name = fileName(target, age)
    const result = yield* readFile(files, name)
    if (result instanceof Damage) damaged.push({ path: name, reason: `it ${result.message}` })
    else if (result !== null) return { content: result, path: name, damaged }
  }
  if (damaged.length > 0) throw allDamaged(damaged)
  yield* requireFolder(files, target)
  return null
}

/** The file that a path leads to, through symbolic links. */
function targetOf(path: string): string {
  try {
    return destinationOf(path, 'checkpoint.path').path
  } catch (error) {
    throw failedRead(error, path)
  }
}

/** The content of one file; null where there is none. */
function* readFile(files: Files, path: string): Steps<CheckpointContent | Damage | null> {
  try {
    return yield* withFile(files, path, decode)
  } catch (error) {
    if (error instanceof Damage) return error
    // A part of the disk that cannot be read is a damage of the file.
    if (codeOf(error) === 'EIO') return new Damage(`cannot be read: ${(error as Error).message}`)
    if (error instanceof OtherVersion) throw otherVersion(path, error)
    throw failedRead(error, path)
  }
}

/** What `use` makes of a regular file and its size; null where there is none. */
export function* withFile<Result>(
  files: Files,
  path: string,
  use: (file: OpenFile, size: number) => Steps<Result>,
): Steps<Result | null> {
  // Looked up first: opening a pipe would wait for its writer.
  const found = yield* wait(files.stat(path))
  if (found === null) return null
  if (!found.isFile()) throw wrongSize('a regular file', `checkpoint.path (${path})`, 'a folder or a device')
  const file = yield* opened(files, path)
  if (file === null) return null
  try {
    const { size } = yield* wait(file.stat())
    return yield* use(file, size)
  } finally {
    yield* wait(file.close())
  }
}

/** Null where another process has renamed the file meanwhile. */
function* opened(files: Files, path: string): Steps<OpenFile | null> {
  try {
    return yield* wait(files.open(path, 'r'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** A fit that cannot write checkpoints fails before its first epoch. */
function* requireFolder(files: Files, path: string): Steps<void> {
  const folder = folderOf(path)
  // With `/.` a link to a folder is a folder, and a file is none.
  if ((yield* wait(files.stat(`${folder}/.`))) !== null) return
  throw systemError(
    Object.assign(new Error(`ENOENT: no such folder, '${folder}'`), { code: 'ENOENT' }),
    path,
    'read',
    'Nothing was changed.',
  )
}

const failedRead = (error: unknown, path: string): unknown => systemError(error, path, 'read', 'Nothing was changed.')

function otherVersion(path: string, error: OtherVersion): Error {
  const remedy = 'Use the lockstep-nn that wrote it, give checkpoint.path another name, or delete it.'
  return new Error(`The checkpoint ${path} ${error.message}. ${remedy} Nothing was changed.`)
}

function allDamaged(damaged: readonly DamagedFile[]): Error {
  const files = damaged.map(({ path, reason }) => `${path} is damaged: ${reason}.`).join(' ')
  const remedy =
    damaged.length === 1
      ? 'Delete it to train from the beginning, or give checkpoint.path another name.'
      : 'Delete them to train from the beginning, or give checkpoint.path another name.'
  return new Error(`No checkpoint can be read. ${files} ${remedy} Nothing was changed.`)
}
