/** The WebAssembly module as text; scripts/wasm-base64.mjs generates it from the build. */

/** The number of its bytes. */
export const LENGTH: number
/** Its bytes in base64. */
export const BASE64: string
