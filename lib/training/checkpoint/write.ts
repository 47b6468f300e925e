/**
 * Writes checkpoints and keeps the ones before.
 *
 * With `keep` 3, the system calls of a write are, in this order:
 *
 * 1. a temporary file is created, written, synced and closed; the files of the path are not touched;
 * 2. `path.1` is renamed to `path.2`;
 * 3. `path` is renamed to `path.1`;
 * 4. the temporary file is renamed to `path`;
 * 5. the folder is synced.
 *
 * Each of them happens whole or not at all, so a process can be killed between any two. Before 3, `path` is the newest
 * checkpoint. Between 3 and 4 it is `path.1`, and there is no `path`: a reader then takes `path.1`. After 4 it is `path`.
 * A rename overwrites only a file that is older than one which is whole:
 *
 * - 2 and 3 are done only where `path` is whole, which is then kept under one of the two names. A damaged `path` is
 *   overwritten by 4, and the files before it stay where they are.
 * - Files move only up to the first name that is free, so that a write that was killed between 3 and 4 costs no file.
 *
 * With `keep` 1 there are only 1, 4 and 5, and `path` always exists.
 */
import { asyncFiles, codeOf, type Files, type Stats, syncFiles } from '../../files/file-system.js'
import { destinationOf, folderOf } from '../../files/path.js'
import { runSteps, runStepsSync, type Steps, wait } from '../../files/steps.js'
import { removeLeftOvers } from '../../files/temporary.js'
import { orRemove, replace, syncFolder, tolerating, writeTemporary } from '../../files/write-whole.js'
import type { CheckpointContent } from './content.js'
import { isWhole } from './decode.js'
import { systemError } from './failures.js'
import { encode } from './format.js'
import { fileName } from './names.js'
import { withFile } from './read.js'

const OUTCOME = 'The checkpoints before it are unchanged.'

/** Writes the checkpoints of one fit. */
export class CheckpointWriter {
  /** The file that was written last, which needs no verification. */
  private last: Stats | null = null
  private clean = false
  private pending: Promise<unknown> = Promise.resolve()

  /**
   * @param path the newest checkpoint
   * @param keep the number of files
   */
  constructor(
    private readonly path: string,
    private readonly keep: number,
  ) {}

  /**
   * Writes a checkpoint asynchronously; a second call waits for the first. The content must not change until then.
   * @throws Error with the `code` of the system where it cannot be written (as a rejection); the checkpoints before it
   *   are unchanged, and no temporary file is left
   */
  write(content: CheckpointContent): Promise<void> {
    const written = this.pending.then(() => runSteps(this.steps(asyncFiles, content)))
    this.pending = written.catch(() => {})
    return written
  }

  /** The same, synchronously; not while `write` is at work. */
  writeSync(content: CheckpointContent): void {
    runStepsSync(this.steps(syncFiles, content))
  }

  /** @internal */
  *steps(files: Files, content: CheckpointContent): Steps<void> {
    try {
      const { path, old } = destinationOf(this.path, 'checkpoint.path')
      if (!this.clean) yield* removeLeftOvers(files, path)
      this.clean = true
      const before = old ?? (yield* this.newest(files, path))
      const { temporary, written } = yield* writeTemporary(files, { path, old: before }, encode(content))
      yield* orRemove(files, temporary, this.moveIn(files, temporary, path))
      this.last = written
      yield* syncFolder(files, folderOf(path))
    } catch (error) {
      throw systemError(error, this.path, 'written', OUTCOME)
    }
  }

  /** The newest file where there is no `path`; the new one gets its mode and owner. */
  private *newest(files: Files, path: string): Steps<Stats | undefined> {
    for (let age = 1; age < this.keep; age++) {
      const found = yield* wait(files.stat(fileName(path, age)))
      if (found?.isFile()) return found
    }
    return undefined
  }

  private *moveIn(files: Files, temporary: string, path: string): Steps<void> {
    const moves = this.keep > 1 && (yield* this.isPathWhole(files, path))
    if (moves) yield* this.shift(files, path)
    try {
      yield* replace(files, temporary, path)
    } catch (error) {
      // The newest checkpoint gets its name again.
      if (moves && (yield* wait(files.stat(path))) === null) {
        yield* tolerating(() => files.rename(fileName(path, 1), path))
      }
      throw error
    }
  }

  /** Whether there is a `path`, and it is whole: the file that was written last, or one that was verified now. */
  private *isPathWhole(files: Files, path: string): Steps<boolean> {
    const found = yield* wait(files.stat(path))
    if (found === null) return false
    if (this.last !== null && isSame(found, this.last)) return true
    return (yield* withFile(files, path, isWhole)) ?? false
  }

  /** Renames the files from the oldest to the newest, so that `path` is free. */
  private *shift(files: Files, path: string): Steps<void> {
    let free = 1
    while (free < this.keep - 1 && (yield* wait(files.stat(fileName(path, free)))) !== null) free++
    for (let age = free; age > 0; age--) {
      try {
        yield* replace(files, fileName(path, age - 1), fileName(path, age))
      } catch (error) {
        // Another process has moved it. If the folder is gone, the last renaming fails too.
        if (codeOf(error) !== 'ENOENT') throw error
      }
    }
  }
}

const isSame = (a: Stats, b: Stats): boolean =>
  a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs
