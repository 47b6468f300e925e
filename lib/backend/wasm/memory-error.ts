/** The error where the memory of WebAssembly is not large enough. */
import { wrongSize } from '../../checks/errors.js'
import { shared } from '../../checks/shared.js'

/** The most bytes that one instance can have: 4 GiB, of which the module has a part for itself. */
export const MAX_WASM_BYTES = 2 ** 32 - 2 ** 22

const errors = shared('wasm memory errors', () => new WeakSet<object>())

/** For a use that needs this many bytes in one instance. */
export function notEnoughMemory(bytes: number): RangeError {
  const size = bytes > MAX_WASM_BYTES ? 'at most 4 GiB' : 'arrays that fit into the free memory'
  const error = wrongSize(
    size,
    "the backend 'wasm'",
    `${(bytes / 2 ** 30).toPrecision(3)} GiB`,
    "Use the backend 'native' or 'typescript'.",
  )
  errors.add(error)
  return error
}

/** Whether an error is one of these: nothing has happened, and another backend may have the memory. */
export const isMemoryError = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && errors.has(error)
