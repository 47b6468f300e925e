/** The operations on files that the library uses, synchronously and asynchronously, with the same interface. */
import * as now from 'node:fs'
import * as later from 'node:fs/promises'
import { hostname } from 'node:os'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import type { Awaitable } from './steps.js'

export type { Stats } from 'node:fs'

/** An open file. Positions and lengths are in bytes. */
export interface OpenFile {
  /** Fills the beginning of `bytes`; returns how many were read, 0 at the end of the file. */
  read(bytes: Uint8Array, position: number): Awaitable<number>
  /** Returns how many of `bytes`, from the first one, were written. */
  write(bytes: Uint8Array, position: number): Awaitable<number>
  stat(): Awaitable<now.Stats>
  chmod(mode: number): Awaitable<void>
  chown(user: number, group: number): Awaitable<void>
  /** Returns once the content is on the disk. */
  sync(): Awaitable<void>
  close(): Awaitable<void>
}

export interface Files {
  open(path: string, flags: 'r' | 'wx', mode?: number): Awaitable<OpenFile>
  rename(from: string, to: string): Awaitable<void>
  /** Deletes a file, if there is one. */
  remove(path: string): Awaitable<void>
  /** Of the file itself or of a symbolic link; null where there is none. */
  stat(path: string): Awaitable<now.Stats | null>
  /** The names in a folder. */
  list(folder: string): Awaitable<string[]>
  pause(milliseconds: number): Awaitable<void>
}

class SyncFile implements OpenFile {
  constructor(private readonly file: number) {}
  read = (bytes: Uint8Array, position: number) => now.readSync(this.file, bytes, 0, bytes.length, position)
  write = (bytes: Uint8Array, position: number) => now.writeSync(this.file, bytes, 0, bytes.length, position)
  stat = () => now.fstatSync(this.file)
  chmod = (mode: number) => now.fchmodSync(this.file, mode)
  chown = (user: number, group: number) => now.fchownSync(this.file, user, group)
  sync = () => now.fsyncSync(this.file)
  close = () => now.closeSync(this.file)
}

export const syncFiles: Files = {
  open: (path, flags, mode) => new SyncFile(now.openSync(path, flags, mode)),
  rename: now.renameSync,
  remove: (path) => now.rmSync(path, { force: true }),
  stat: (path) => {
    try {
      return now.lstatSync(path)
    } catch (error) {
      if (!isMissing(error)) throw error
      return null
    }
  },
  list: (folder) => now.readdirSync(folder),
  pause: (milliseconds) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds),
}

class AsyncFile implements OpenFile {
  constructor(private readonly file: later.FileHandle) {}
  read = async (bytes: Uint8Array, position: number) =>
    (await this.file.read(bytes, 0, bytes.length, position)).bytesRead
  write = async (bytes: Uint8Array, position: number) =>
    (await this.file.write(bytes, 0, bytes.length, position)).bytesWritten
  stat = () => this.file.stat()
  chmod = (mode: number) => this.file.chmod(mode)
  chown = (user: number, group: number) => this.file.chown(user, group)
  sync = () => this.file.sync()
  close = () => this.file.close()
}

export const asyncFiles: Files = {
  open: async (path, flags, mode) => new AsyncFile(await later.open(path, flags, mode)),
  rename: later.rename,
  remove: (path) => later.rm(path, { force: true }),
  stat: async (path) => {
    try {
      return await later.lstat(path)
    } catch (error) {
      if (!isMissing(error)) throw error
      return null
    }
  },
  list: (folder) => later.readdir(folder),
  pause: (milliseconds) => delay(milliseconds),
}

/** The system's code of an error, such as `ENOENT`; empty for any other error. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.code ?? ''

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error))

/** A warning of the process, which a listener may handle; by default it is a line on stderr. */
export const emitWarning = (message: string, type: string): void => process.emitWarning(message, { type })

export const IS_WINDOWS = process.platform === 'win32'
export const PROCESS = process.pid

/** The name of this machine; null where it may not be read, as in Deno without --allow-sys. */
export function hostName(): string | null {
  try {
    return hostname()
  } catch {
    return null
  }
}

/** When this process started, in milliseconds since 1970. */
export const processStart = (): number => Date.now() - 1000 * process.uptime()

/** Whether a process of this machine runs. */
export function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    // EPERM: it runs, and belongs to someone else.
    return codeOf(error) !== 'ESRCH'
  }
}
