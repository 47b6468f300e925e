/** The address of the WebAssembly module, beside the library. Bundlers recognize this form; most of them copy the file. */
export function wasmUrl(): string | null {
  try {
    return new URL('../lockstep_nn.wasm', import.meta.url).href
  } catch {
    // A bundle that is no module has no address.
    return null
  }
}
