/** CommonJS modules have no address: there the WebAssembly module is passed to `loadWasm`. */
export const wasmUrl = (): string | null => null
