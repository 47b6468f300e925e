/** The backends that run on this machine. */
import { backends } from 'lockstep-nn'

const available = backends()
  .filter((backend) => backend.available)
  .map(({ name }) => name)

/** `native/avx512`, …: every kernel set that this processor can run. */
export const nativePaths: readonly string[] = available.filter((name) => name.startsWith('native/'))

/** `wasm` where the WebAssembly module is built; otherwise empty. */
export const wasmPaths: readonly string[] = available.filter((name) => name === 'wasm')

/** All backends in C++. */
export const compiledPaths: readonly string[] = [...nativePaths, ...wasmPaths]

export const paths: readonly string[] = ['typescript', ...compiledPaths]
