/** The backends that run on this machine. */
import { backends } from 'lockstep-nn'

const available = backends()
  .filter((backend) => backend.available)
  .map(({ name }) => name)

/** The end of an error about a backend's name. Their order depends on the build. */
export const KNOWN_BACKENDS = `Known: auto, native, ${backends()
  .map(({ name }) => name)
  .join(', ')}.`

/** `native/avx512`, …: every kernel set that this processor can run. */
export const nativePaths: readonly string[] = available.filter((name) => name.startsWith('native/'))

/** `wasm` where the WebAssembly module is built; otherwise empty. */
export const wasmPaths: readonly string[] = available.filter((name) => name === 'wasm')

/** All backends in C++. */
export const compiledPaths: readonly string[] = [...nativePaths, ...wasmPaths]

export const paths: readonly string[] = ['typescript', ...compiledPaths]

/**
 * One backend of each implementation: TypeScript, the best kernel set of the addon, and the WebAssembly module where it is
 * built. For tests of what does not depend on the instruction set; those in equality/ compare all kernel sets.
 */
export const implementations: readonly string[] = ['typescript', ...nativePaths.slice(0, 1), ...wasmPaths]
