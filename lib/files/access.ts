/**
 * What the library does with files. `#files` of package.json is node.ts or web.ts, by the same conditions as `#platform`:
 * Node's modules are imported only by the former. Both export what this interface has: a test proves it.
 */
export interface FileAccess {
  /** Writes text to a file, completely or not at all. The path is checked at the call, before the text is made. */
  saveText(path: unknown, text: () => string, use: FileUse): Promise<void>
  /** The text of a file, and its checked path. */
  loadText(path: unknown, use: FileUse): Promise<{ readonly file: string; readonly text: string }>
  /** The bytes of a file in pieces, each valid until the next one is asked for, and the file's name in errors. */
  filePieces(path: string | URL, use: FileUse): { readonly name: string; readonly pieces: AsyncIterable<Uint8Array> }
  /** A path that does not depend on the current folder. @param name the argument's name in errors */
  absolutePath(path: unknown, name: string, use: FileUse): string
  /**
   * A text file to which several processes append. Nothing is opened yet.
   * @param grace after how many milliseconds without a change the lock of another process is removed; 30,000 by default
   * @throws TypeError or RangeError for anything but the path of a regular file, or of a new one
   */
  openShared(path: unknown, use: SharedUse, grace?: number): SharedFile
}

/** A text file to which several processes append whole lines. Errors of the system say what they mean for the file. */
export interface SharedFile {
  /** It does not depend on the current folder. */
  readonly path: string
  /** A name for this process and this file that no other process has. */
  readonly writer: string
  /** The bytes from a position on, each piece valid until the next one is asked for; none where there is no file. */
  pieces(from: number): AsyncIterable<Uint8Array>
  /** In bytes; null where there is no file. */
  size(): Promise<number | null>
  /**
   * Does work while no other process appends; makes the file where there is none. The work begins again if another
   * process took the lock, so it must read the file's end itself.
   */
  locked<Result>(work: (file: LockedFile) => Promise<Result>): Promise<Result>
}

export interface LockedFile {
  pieces(from: number): AsyncIterable<Uint8Array>
  size(): Promise<number>
  /** Removes all bytes after the first `size`. */
  cut(size: number): Promise<void>
  /**
   * Appends lines in one write; once it resolves they are on the disk. If it fails, a part of the lines may have been
   * written, of which no line is incomplete.
   */
  append(lines: Uint8Array): Promise<void>
}

/** For the error of a platform without files. */
export interface FileUse {
  /** What needs files: "Model.save". */
  readonly what: string
  /** A sentence: what to use on other platforms. */
  readonly instead: string
}

export interface SharedUse extends FileUse {
  /** What the file is, in errors: `journal`. */
  readonly noun: string
}
