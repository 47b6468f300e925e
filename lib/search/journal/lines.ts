/** Splits the bytes of a journal into lines, in time in proportion to their length. */
import { BEGINNING } from './format.js'

/** In bytes: a longer line is no record. */
const MAX_LINE = 2 ** 26

const NEWLINE = 0x0a
const FIRST = Uint8Array.from(BEGINNING, (letter) => letter.charCodeAt(0))

/** Whether bytes may be the beginning of a record, or what a loss of power left in its place: zeros. */
export const mayBeRecord = (bytes: Uint8Array): boolean =>
  bytes.subarray(0, FIRST.length).every((byte, i) => byte === FIRST[i]) || bytes.every((byte) => byte === 0)

export class LineReader {
  // Copies of the pieces of a line that has not ended.
  private parts: Uint8Array[] = []
  private length = 0
  private readonly decoder = new TextDecoder('utf-8', { fatal: true })

  /**
   * @param take called with each line, without its end; null for a line that is not UTF-8
   * @param refuse called with a line that has not ended and is no record
   */
  constructor(
    private readonly take: (line: string | null) => void,
    private readonly refuse: () => void,
  ) {}

  /** Reads a piece; returns how many bytes of all pieces so far are in whole lines. */
  push(piece: Uint8Array): number {
    let start = 0
    let whole = 0
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      const line = this.joined(piece.subarray(start, end))
      start = end + 1
      whole += line.length + 1
      this.take(this.text(line))
    }
    if (start < piece.length) {
      this.parts.push(piece.slice(start))
      this.length += piece.length - start
      if (this.length > MAX_LINE || !mayBeRecord(this.parts[0])) this.refuse()
    }
    return whole
  }

  /** The bytes after the last line. */
  rest(): Uint8Array {
    return this.joined(new Uint8Array(0))
  }

  private text(line: Uint8Array): string | null {
    try {
      return this.decoder.decode(line)
    } catch {
      return null
    }
  }

  /** The unfinished line with its last part, which ends it. */
  private joined(last: Uint8Array): Uint8Array {
    if (this.length === 0) return last
    const line = new Uint8Array(this.length + last.length)
    let at = 0
    for (const part of this.parts) {
      line.set(part, at)
      at += part.length
    }
    line.set(last, at)
    this.parts = []
    this.length = 0
    return line
  }
}
