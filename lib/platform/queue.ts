/**
 * What a search over several machines needs of the platform: the packages of queues, compression, and the name of the machine.
 * `#queue` of package.json is node-queue.ts or web-queue.ts, by the same conditions as `#platform`. The types are the parts of
 * BullMQ that the library uses, so that programs without the package compile.
 */
export interface QueuePlatform {
  /**
   * The classes of BullMQ for a server.
   * @throws Error where a package is not installed, with the command that installs it
   */
  loadBullmq(server: QueueServer): Bullmq
  /** The name of this machine and the number of this process. */
  machineName(): string
  /** Compresses a text. */
  compressed(text: string): Promise<Uint8Array>
  /** The text of compressed bytes. @throws (the promise is rejected) Error for other bytes */
  decompressed(bytes: Uint8Array): Promise<string>
}

export type QueueServer = 'redis' | 'postgres'

export interface Bullmq {
  readonly Queue: new (name: string, options: object) => BullQueue
  readonly QueueEvents: new (name: string, options: object) => BullEvents
  readonly Worker: new (name: string, process: BullProcessor, options: object) => BullWorker
  /** Thrown by a processor that has put its job back. */
  readonly WaitingError: new () => Error
  /** Thrown by a processor that has put its job back for a while. */
  readonly DelayedError: new () => Error
}

/** Its result is the return value of the job. */
export type BullProcessor = (job: BullJob, token: string) => Promise<unknown>

export interface BullJob {
  readonly id: string
  readonly data: unknown
  readonly returnvalue: unknown
  readonly failedReason: string | undefined
  /** How often a worker took it. */
  readonly attemptsStarted: number
  moveToWait(token: string): Promise<unknown>
  moveToDelayed(timestamp: number, token: string): Promise<unknown>
}

interface Bull {
  on(event: 'error', listener: (error: Error) => void): this
  waitUntilReady(): Promise<unknown>
}

export interface BullQueue extends Bull {
  /** Adds a job; one with an id that is there already is not added. */
  add(name: string, data: object, options: object): Promise<unknown>
  getJob(id: string): Promise<BullJob | undefined>
  getJobState(id: string): Promise<string>
  getWorkersCount(): Promise<number>
  remove(id: string): Promise<number>
  /** Removes jobs older than `grace` milliseconds. */
  clean(grace: number, limit: number, state: string): Promise<string[]>
  close(): Promise<void>
  disconnect(): Promise<void>
}

export interface BullEvents extends Omit<Bull, 'on'> {
  on(event: 'error', listener: (error: Error) => void): this
  on(event: 'completed' | 'failed', listener: (event: BullEvent) => void): this
  close(): Promise<void>
  disconnect(): Promise<void>
}

export interface BullEvent {
  readonly jobId: string
  readonly returnvalue?: unknown
  readonly failedReason?: string
}

export interface BullWorker extends Bull {
  /** @param force whether it does not wait for the current job */
  close(force?: boolean): Promise<void>
}
