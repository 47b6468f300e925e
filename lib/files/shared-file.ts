/** Text files to which several processes append whole lines, one at a time. */
import { randomUUID } from 'node:crypto'
import { type FileHandle, open, stat, truncate } from 'node:fs/promises'
import type { FileAccess, LockedFile } from './access.js'
import { fileError } from './failures.js'
import { asyncFiles, codeOf } from './file-system.js'
import { GRACE, LockFile } from './lock-file.js'
import { absolute, checkPath, destinationOf, folderOf } from './path.js'
import { runSteps } from './steps.js'
import { syncFolder } from './write-whole.js'

/** The bytes that are read at once: between two pieces the event loop runs. */
const PIECE = 2 ** 18

const NEWLINE = 0x0a

/** The bytes of an open file from a position up to the end that it has when they are read. */
async function* piecesOf(file: FileHandle, from: number): AsyncGenerator<Uint8Array> {
  const bytes = new Uint8Array(PIECE)
  for (let position = from; ; ) {
    const { bytesRead } = await file.read(bytes, 0, PIECE, position)
    if (bytesRead === 0) return
    yield bytes.subarray(0, bytesRead)
    position += bytesRead
  }
}

/** Another process took the lock, because nothing changed for its grace period. */
class LostLock extends Error {}

class Locked implements LockedFile {
  constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly lock: LockFile,
  ) {}

  pieces(from: number): AsyncIterable<Uint8Array> {
    return piecesOf(this.file, from)
  }

  async size(): Promise<number> {
    return (await this.file.stat()).size
  }

  async cut(size: number): Promise<void> {
    await this.requireLock()
    // By its path: Windows refuses to shorten a file that is open for appending.
    await truncate(this.path, size)
  }

  async append(lines: Uint8Array): Promise<void> {
    await this.requireLock()
    const size = await this.size()
    try {
      for (let done = 0; done < lines.length; ) {
        const { bytesWritten } = await this.file.write(lines, done)
        if (bytesWritten === 0) throw Object.assign(new Error('ENOSPC: no byte could be written'), { code: 'ENOSPC' })
        done += bytesWritten
      }
      await this.file.sync()
    } catch (error) {
      await this.cutHalfLine(size, lines).catch(() => {})
      throw error
    }
  }

  /**
   * Removes the half line after a failed write. Whole lines stay, because another process may have read them: a file never
   * becomes shorter than what a reader has seen.
   */
  private async cutHalfLine(size: number, lines: Uint8Array): Promise<void> {
    const written = (await this.size()) - size
    const whole = written <= 0 ? 0 : lines.subarray(0, written).lastIndexOf(NEWLINE) + 1
    if (written > whole) await this.cut(size + whole)
  }

  private async requireLock(): Promise<void> {
    if (!(await this.lock.isHeld())) throw new LostLock()
  }
}

/** What an operation returns; null where there is no file. */
async function ifThere<Value>(operation: Promise<Value>): Promise<Value | null> {
  try {
    return await operation
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return null
  }
}

async function* readablePieces(path: string, from: number): AsyncGenerator<Uint8Array> {
  const file = await ifThere(open(path))
  if (file === null) return
  try {
    yield* piecesOf(file, from)
  } finally {
    await file.close()
  }
}

async function underLock<Result>(
  path: string,
  grace: number,
  work: (file: LockedFile) => Promise<Result>,
): Promise<Result> {
  const lock = new LockFile(path, grace)
  await lock.acquire()
  try {
    const isNew = (await ifThere(stat(path))) === null
    const file = await open(path, 'a+')
    try {
      if (isNew) await runSteps(syncFolder(asyncFiles, folderOf(path)))
      return await work(new Locked(path, file, lock))
    } finally {
      await file.close()
    }
  } finally {
    await lock.release()
  }
}

export const openShared: FileAccess['openShared'] = (given, { noun }, grace = GRACE) => {
  const path = absolute(checkPath(given, noun))
  destinationOf(path, noun)
  const failed = (error: unknown, action: 'read' | 'written', outcome: string) =>
    fileError(error, `${noun} ${path}`, action, outcome)
  return {
    path,
    writer: `lockstep-nn-${randomUUID()}`,
    async *pieces(from) {
      try {
        yield* readablePieces(path, from)
      } catch (error) {
        throw failed(error, 'read', 'Nothing was changed.')
      }
    },
    async size() {
      try {
        return (await ifThere(stat(path)))?.size ?? null
      } catch (error) {
        throw failed(error, 'read', 'Nothing was changed.')
      }
    },
    async locked(work) {
      for (;;) {
        try {
          return await underLock(path, grace, work)
        } catch (error) {
          if (error instanceof LostLock) continue
          throw failed(error, 'written', 'What it had before is unchanged.')
        }
      }
    },
  }
}
