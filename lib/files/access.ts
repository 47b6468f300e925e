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
}

/** For the error of a platform without files. */
export interface FileUse {
  /** What needs files: "Model.save". */
  readonly what: string
  /** A sentence: what to use on other platforms. */
  readonly instead: string
}
