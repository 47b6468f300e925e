/**
 * The owner of a lock: `<lock>.owner`, a file with the process that made the lock, so that others need not wait where it
 * was killed. Optuna's locks have none. It is written only on Linux, where a process is identified for certain: containers
 * may share a folder and the name of the machine, and have processes with the same number.
 */
import { randomUUID } from 'node:crypto'
import { readFile, readlink, rename, rm, writeFile } from 'node:fs/promises'
import process from 'node:process'
import { isRunning, PROCESS } from './file-system.js'

/** The boot of this machine and the name space of its process numbers; null where they are not known. */
async function readProcessSpace(): Promise<string | null> {
  // Deno would ask the user for the permission to read these files.
  if (process.platform !== 'linux' || 'Deno' in globalThis) return null
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    return `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`
  } catch {
    return null
  }
}

let processSpace: Promise<string | null> | undefined

/** What differs between two name spaces of process numbers. */
const ownSpace = (): Promise<string | null> => {
  processSpace ??= readProcessSpace()
  return processSpace
}

/** The text of the file. Without its end it is no such file: its process was killed meanwhile. */
const textOf = (space: string, owner: number, lock: string): string => `${space}\n${owner}\n${lock}\nend\n`

/** The process that has this lock by the text; null where it is of another lock, or of another name space. */
function ownerIn(text: string, space: string, lock: string): number | null {
  const owner = Number(text.split('\n')[1])
  return Number.isSafeInteger(owner) && owner > 0 && text === textOf(space, owner, lock) ? owner : null
}

export class LockOwner {
  private readonly path: string

  /** @param lock the path of the lock */
  constructor(lock: string) {
    this.path = `${lock}.owner`
  }

  /**
   * Writes that this process has the lock. Where that is impossible, the lock is one without an owner.
   * @param lock the identity of the lock, which no other lock of this path has
   */
  async write(lock: string): Promise<void> {
    const space = await ownSpace()
    if (space === null) return
    try {
      await writeFile(this.path, textOf(space, PROCESS, lock))
    } catch {
      await this.remove()
    }
  }

  /** Removes the file of this process, while it still has the lock. */
  async remove(): Promise<void> {
    await rm(this.path, { force: true }).catch(() => {})
  }

  /**
   * Whether the process that made this lock has ended, and the caller may remove the lock. Of several callers one may: the
   * first that gives the file another name.
   */
  async claimAfterEnd(lock: string): Promise<boolean> {
    const space = await ownSpace()
    if (space === null) return false
    const owner = await this.read(this.path, space, lock)
    if (owner === null || isRunning(owner)) return false
    const claimed = `${this.path}${randomUUID()}.rename`
    try {
      await rename(this.path, claimed)
      // Another process may have written its own meanwhile: then its lock is not the one that was asked for.
      return (await this.read(claimed, space, lock)) === owner
    } catch {
      return false
    } finally {
      await rm(claimed, { force: true }).catch(() => {})
    }
  }

  private async read(path: string, space: string, lock: string): Promise<number | null> {
    try {
      return ownerIn(await readFile(path, 'utf8'), space, lock)
    } catch {
      return null
    }
  }
}
