/**
 * Packages that are loaded only where they are used. `#packages` of package.json is node-packages.ts or web-packages.ts,
 * by the same conditions as `#platform`. The types are those that the library needs, so that programs without the packages compile.
 */
export interface Packages {
  /** csv-parse, in the build for this platform. */
  loadCsvParse(): Promise<CsvParse>
  /** `@bufbuild/protobuf/wire`. @throws Error where it cannot be loaded at once, with what to do */
  loadProtobuf(): ProtobufWire
}

export interface CsvParse {
  parse(text: string, options: object): unknown
}

/** What `@bufbuild/protobuf/wire` exports. */
export interface ProtobufWire {
  readonly BinaryWriter: new () => ProtobufWriter
}

/** Writes the fields of a message; `fork` and `join` enclose those of an inner one. */
export interface ProtobufWriter {
  tag(field: number, wireType: number): this
  int64(value: number): this
  string(value: string): this
  bytes(value: Uint8Array): this
  fork(): this
  join(): this
  finish(): Uint8Array
}
