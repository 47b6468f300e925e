/** A journal's file: reading what was appended, and appending. */
import { openShared } from '#files'
import type { LockedFile, SharedFile } from '../../files/access.js'
import { LineReader, mayBeRecord } from './lines.js'
import { isRecord, Replay } from './replay.js'

export interface JournalOptions {
  /**
   * After how many milliseconds without a change the lock of another process is removed, because that process ended:
   * 30,000 by default, as in Optuna.
   */
  readonly grace?: number
}

const USE = {
  noun: 'journal',
  what: 'A journal',
  instead: 'Search without a journal there.',
}

export class JournalLog {
  private readonly file: SharedFile
  readonly replay: Replay
  /** The bytes of the lines that were read. */
  private position = 0

  /** @throws TypeError or RangeError for anything but the path of a regular file, or of a new one */
  constructor(path: unknown, { grace }: JournalOptions) {
    this.file = openShared(path, USE, grace)
    this.replay = new Replay(this.file.path)
  }

  get path(): string {
    return this.file.path
  }

  get writer(): string {
    return this.file.writer
  }

  /** Whether there is a file. */
  async exists(): Promise<boolean> {
    return (await this.file.size()) !== null
  }

  /** Reads the lines that were appended since the last call. A last line without an end does not count. */
  async read(): Promise<void> {
    const size = (await this.file.size()) ?? 0
    await this.readFrom(this.file, size)
  }

  private async readFrom(file: Pick<SharedFile, 'pieces'>, size: number): Promise<Uint8Array> {
    if (size < this.position) {
      throw new Error(
        `The journal ${this.path} became shorter while it was open: something other than a study wrote to it. ` +
          'Start the search again.',
      )
    }
    const lines = new LineReader(this.replay.take, () => this.refuseEnd())
    for await (const piece of file.pieces(this.position)) this.position += lines.push(piece)
    return lines.rest()
  }

  private refuseEnd(): never {
    this.replay.lines++
    throw this.replay.refusal('is not a record of Optuna')
  }

  /**
   * Appends lines while no other process does.
   * @param make called once all earlier lines were read; it may be called again
   * @param done called once the lines are on the disk
   */
  async append(make: () => Promise<string>, done: () => void): Promise<void> {
    await this.file.locked(async (file) => {
      await this.repair(file)
      const lines = new TextEncoder().encode(await make())
      if (lines.length === 0) return
      await file.append(lines)
      this.position += lines.length
      done()
    })
  }

  /**
   * Reads the file to its end. A process that was killed may have left a line without its end: a whole record gets it, and
   * anything less is removed. Otherwise the next line would continue it, which no reader could read.
   */
  private async repair(file: LockedFile): Promise<void> {
    const rest = await this.readFrom(file, await file.size())
    if (rest.length === 0) return
    if (!mayBeRecord(rest)) this.refuseEnd()
    if (isRecord(new TextDecoder().decode(rest))) {
      await file.append(Uint8Array.of(0x0a))
      await this.readFrom(file, await file.size())
    } else await file.cut(this.position)
  }
}
