/** The address of the WebAssembly module, beside the library. Bundlers know this form and copy the file. */
export const wasmUrl = (): string | null => new URL('../lockstep_nn.wasm', import.meta.url).href
