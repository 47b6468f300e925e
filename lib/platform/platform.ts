/**
 * What the library needs of the platform that it runs on. `#platform` of package.json is node.ts where the condition
 * `node` holds (Node.js, Bun, Deno, and bundlers for them), and web.ts everywhere else. Both export what this interface
 * has: a test proves it.
 */
export interface Platform {
  /** The name in messages, such as `linux-x64`. */
  readonly PLATFORM: string
  /** The length of the longest string, in UTF-16 code units. */
  readonly MAX_STRING_LENGTH: number
  /** The value of an environment variable; undefined where it is not set, and on the web, which has none. */
  environmentVariable(name: string): string | undefined
  /** The number of processors, at least 1. */
  processors(): number
  newSha256(): Sha256
  /** The base64 text of bytes, with padding. */
  base64OfBytes(bytes: Uint8Array): string
  /** Fills `bytes` with those of a base64 text, which must be correct and of their length. */
  readBase64(text: string, bytes: Uint8Array): void
  /** Calls a function in a new turn of the event loop, after those of earlier calls. */
  nextTurn(run: () => void): void
  /** Loads the native addon: a file, or the one of this package. */
  openAddon(file: AddonFile | null): OpenedAddon
  /** The content of the WebAssembly module; null where it is not read from a file, or there is no such file. */
  wasmBytes(): Uint8Array<ArrayBuffer> | null
  /** Where the WebAssembly module can be fetched from; null where it is read from a file, or the address is not known. */
  wasmUrl(): string | null
  /** The content of a URL, in Node.js also of a file by its path. */
  bytesAt(address: string): Promise<Uint8Array<ArrayBuffer>>
}

/** SHA-256 of pieces. */
export interface Sha256 {
  /** Adds bytes, or a text in UTF-8. */
  update(piece: Uint8Array | string): this
  /** 32 bytes. Nothing can be added after it. */
  digest(): Uint8Array
  /** The same in hex. */
  hex(): string
}

/** The path or the URL of a file of the addon. */
export type AddonFile = string | { readonly href: string }

/** What the file of the addon exports; or null, and the reason: why it did not load and what to do. */
export type OpenedAddon = { readonly addon: unknown } | { readonly addon: null; readonly reason: string }
