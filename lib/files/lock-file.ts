/**
 * The lock of a file that several processes append to: `<path>.lock`, in the way of Optuna's JournalFileSymlinkLock and
 * JournalFileOpenLock, so that Optuna's processes and these exclude each other. It is a symbolic link to the file or, on
 * systems without links, an empty file: each can only be made where neither exists.
 */
import { randomUUID } from 'node:crypto'
import { lstat, open, rename, rm, stat, symlink } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { codeOf, emitWarning, IS_WINDOWS } from './file-system.js'
import { LockOwner } from './lock-owner.js'

/** For how many milliseconds a lock may be unchanged before it counts as left by a process that ended: as in Optuna. */
export const GRACE = 30_000

/** The longest pause between two attempts, in milliseconds. */
const MAX_PAUSE = 100

/** Of a system or a file system that has no symbolic links, or of a process that may not make one. */
const NO_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL']
/** Deno's error where only some folders may be written to. */
const NOT_CAPABLE = 'NotCapable'
/** Windows refuses a name whose file is just being removed. */
const BUSY = ['EPERM', 'EACCES', 'EBUSY']

/** What differs between two locks of one path. The number of a removed file may be used again, its time is not. */
async function identityOf(path: string): Promise<string | null> {
  try {
    const found = await lstat(path, { bigint: true })
    if (found.isDirectory()) {
      throw new Error(`The lock ${path} is a folder. Delete it if no process uses it, or choose another path.`)
    }
    return `${found.ino} ${found.mtimeNs}`
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return null
  }
}

/** When the file was last written to; a link leads to it. Empty where there is none. */
async function lastWrite(path: string): Promise<string> {
  try {
    return String((await stat(path, { bigint: true })).mtimeNs)
  } catch {
    return ''
  }
}

export class LockFile {
  private readonly path: string
  private readonly owner: LockOwner
  private own: string | null = null
  // Windows lets only some users make them.
  private hasLinks = !IS_WINDOWS

  /**
   * @param target the absolute path of the file: Optuna's processes follow the link to see whether the file changes
   * @param grace in milliseconds
   * @param clock in milliseconds
   */
  constructor(
    private readonly target: string,
    private readonly grace: number,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.path = `${target}.lock`
    this.owner = new LockOwner(this.path)
  }

  /**
   * Waits until this process has the lock. A lock of another process is removed at once where that process is known to have
   * ended, otherwise after the grace period, if neither it nor the file changed meanwhile.
   * @throws Error where the folder cannot be written to
   */
  async acquire(): Promise<void> {
    let pause = 1
    let seen = ''
    let since = this.clock()
    while (!(await this.make(this.clock() - since > this.grace))) {
      const identity = await identityOf(this.path)
      const state = identity === null ? '' : `${identity} ${await lastWrite(this.path)}`
      if (state !== seen) {
        seen = state
        since = this.clock()
      } else if (identity !== null) {
        const isLeft = await this.owner.claimAfterEnd(identity)
        if (isLeft || this.clock() - since > this.grace) {
          await this.removeStale(identity, isLeft)
          pause = 1
          continue
        }
      }
      await delay(pause)
      pause = Math.min(2 * pause, MAX_PAUSE)
    }
  }

  /** Whether this process still has the lock: another one may have taken it for stale. */
  async isHeld(): Promise<boolean> {
    return this.own !== null && (await identityOf(this.path)) === this.own
  }

  async release(): Promise<void> {
    if (await this.isHeld()) {
      // Before the lock, so that it is not the next owner's.
      await this.owner.remove()
      await this.remove(await this.moveAway())
    }
    this.own = null
  }

  /** Makes the lock; false where there is one. @param isLate whether a name that is busy is an error by now */
  private async make(isLate: boolean): Promise<boolean> {
    try {
      if (!this.hasLinks || !(await this.link())) await (await open(this.path, 'wx')).close()
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EEXIST' || (IS_WINDOWS && BUSY.includes(code) && !isLate)) return false
      throw error
    }
    this.own = await identityOf(this.path)
    // It was removed at once, or was not made: some imitations of a system only say so.
    if (this.own === null) this.hasLinks = false
    else await this.owner.write(this.own)
    return this.own !== null
  }

  /** Makes the lock as a link; false where there are no links. */
  private async link(): Promise<boolean> {
    try {
      await symlink(this.target, this.path)
      return true
    } catch (error) {
      if (NO_LINKS.includes(codeOf(error)) || (error as Error).name === NOT_CAPABLE) return false
      throw error
    }
  }

  /** @param isLeft whether its process is known to have ended */
  private async removeStale(identity: string, isLeft: boolean): Promise<void> {
    const moved = await this.moveAway()
    // Another process was quicker, and this is its new lock: it is put back.
    if (moved !== null && (await identityOf(moved)) !== identity) {
      await rename(moved, this.path)
      return
    }
    await this.remove(moved)
    if (isLeft) return
    const seconds = Math.round(this.grace / 1000)
    emitWarning(
      `The lock ${this.path} was unchanged for ${seconds} s, so it was removed: its process probably ended.`,
      'JournalWarning',
    )
  }

  /** Gives the lock a new name, as Optuna does: a removal that a network repeats then removes no lock made meanwhile. */
  private async moveAway(): Promise<string | null> {
    const moved = `${this.path}${randomUUID()}.rename`
    try {
      await rename(this.path, moved)
      return moved
    } catch (error) {
      if (codeOf(error) === 'ENAMETOOLONG') await rm(this.path, { force: true })
      else if (codeOf(error) !== 'ENOENT') throw error
      return null
    }
  }

  private async remove(moved: string | null): Promise<void> {
    if (moved !== null) await rm(moved, { force: true })
  }
}
