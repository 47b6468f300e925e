/** Loading the WebAssembly module: at the first use where it is read from a file, else by `loadWasm`. */
import { bytesAt, wasmBytes, wasmUrl } from '#platform'
import { messageOf, wrongType } from '../../checks/errors.js'
import { shared } from '../../checks/shared.js'
import type { Backend } from '../backend.js'
import { makeBackend } from './backend.js'
import { Instances } from './instances.js'
import { type CompiledModule, engine, instantiate } from './module.js'

/** A response of `fetch`, in the types of any platform. */
export interface WasmResponse {
  readonly ok: boolean
  readonly status: number
  arrayBuffer(): Promise<ArrayBuffer>
}

/**
 * Where the WebAssembly module is: a URL, or in Node.js the path of a file; a response of `fetch`; the bytes; or a
 * `WebAssembly.Module`. Or a promise of one of these.
 */
export type WasmSource = string | { readonly href: string } | WasmResponse | ArrayBuffer | ArrayBufferView | object

interface WasmState {
  backend: Backend | null
  /** Why it is not loaded; empty before the first attempt. */
  reason: string
  loading: Promise<void> | null
  /** Whether it began to load in the background. */
  hasBegun: boolean
  provided: (() => Uint8Array<ArrayBuffer>) | null
}

const state = shared(
  'wasm',
  (): WasmState => ({ backend: null, reason: '', loading: null, hasBegun: false, provided: null }),
)

/** Uses these bytes in place of the file, from the first use on: for `lockstep-nn/wasm-inline`. */
export function provideWasm(bytes: () => Uint8Array<ArrayBuffer>): void {
  state.provided = bytes
  if (state.backend === null) state.reason = ''
}

/** The backend, which the first call loads where the module can be read at once; null where it is not loaded. */
export function loadedWasm(): Backend | null {
  if (state.backend !== null || state.reason !== '') return state.backend
  const bytes = state.provided?.() ?? wasmBytes()
  if (bytes === null) {
    state.reason = wasmUrl() === null ? NOT_BUILT : NOT_LOADED
    return null
  }
  try {
    accept(new (engine().Module)(bytes))
  } catch (error) {
    const why = reasonOf(error)
    state.reason = DISABLED.test(why)
      ? why
      : `the WebAssembly module cannot be used (${why.replace(/\.$/, '')}). Reinstall lockstep-nn.`
  }
  return state.backend
}

const NOT_BUILT =
  'the WebAssembly module is not there, or may not be read. In a bundle, import "lockstep-nn/wasm-inline", or await ' +
  'loadWasm with its file. In a checkout, run "npm run build:wasm".'
const NOT_LOADED = 'the WebAssembly module is not loaded yet: await loadWasm().'

/** Reasons for which the module of the package is whole. */
const DISABLED = /^WebAssembly is disabled here/

/** Why `loadedWasm` is null: a sentence or two. */
export const wasmReason = (): string => state.reason

/** Begins to load the module where it can be fetched, once; why that fails is then a reason. */
export function beginLoading(): void {
  if (state.hasBegun || loadedWasm() !== null || wasmUrl() === null) return
  state.hasBegun = true
  loadWasm().catch((error: unknown) => {
    state.reason = messageOf(error)
  })
}

/**
 * Loads the WebAssembly module, so that the backend `wasm` can be used. Node.js, Bun and Deno load it at its first use; in
 * browsers the backend `auto` begins to load it at its first use, and trains in TypeScript until it is there. Once it is
 * loaded, further calls do nothing.
 * @param source a URL, a path (in Node.js), a response of `fetch`, the bytes, a `WebAssembly.Module`, or a promise of one of
 *   these. Default: the file `lockstep_nn.wasm` beside the library
 * @throws TypeError for another value
 * @throws Error where it cannot be fetched or compiled, or is of another version of the library
 */
export async function loadWasm(source?: WasmSource): Promise<void> {
  const given: unknown = await source
  const kind = given === undefined ? 'default' : kindOf(given)
  if (loadedWasm() !== null) return
  // An attempt that is under way: only if it fails, another source is tried.
  while (state.loading !== null) {
    const failure = await state.loading.then(
      () => null,
      (error: unknown) => error,
    )
    if (state.backend !== null) return
    if (kind === 'default') throw failure
  }
  state.loading = load(kind, given)
  try {
    await state.loading
  } finally {
    state.loading = null
  }
}

type Kind = 'default' | 'address' | 'response' | 'bytes' | 'module'

async function load(kind: Kind, given: unknown): Promise<void> {
  try {
    accept(await compiled(kind, given))
  } catch (error) {
    throw new Error(`The WebAssembly module could not be loaded: ${reasonOf(error)}`, { cause: error })
  }
}

async function compiled(kind: Kind, given: unknown): Promise<CompiledModule> {
  if (kind === 'module') return given as CompiledModule
  return engine().compile(await bytesFrom(kind, given))
}

async function bytesFrom(kind: Kind, given: unknown): Promise<Uint8Array<ArrayBuffer> | ArrayBuffer> {
  switch (kind) {
    case 'bytes':
      return given as ArrayBuffer
    case 'response': {
      const { ok, status, arrayBuffer } = given as WasmResponse
      if (!ok) throw new Error(`The response has the status ${status}.`)
      return arrayBuffer.call(given)
    }
    case 'address':
      return bytesAt(typeof given === 'string' ? given : (given as { href: string }).href)
    default: {
      const url = wasmUrl()
      if (url === null) throw new Error(state.reason)
      return bytesAt(url)
    }
  }
}

/** What kind of source a value is. */
function kindOf(given: unknown): Kind {
  if (typeof given === 'string') return 'address'
  const tag = Object.prototype.toString.call(given)
  if (tag === '[object WebAssembly.Module]') return 'module'
  if (tag === '[object ArrayBuffer]' || ArrayBuffer.isView(given)) return 'bytes'
  const { href, arrayBuffer } = (given ?? {}) as { href?: unknown; arrayBuffer?: unknown }
  if (typeof href === 'string') return 'address'
  if (typeof arrayBuffer === 'function') return 'response'
  throw wrongType('a URL, a response of fetch, bytes or a WebAssembly.Module', 'the source of loadWasm', given)
}

function accept(module: CompiledModule): void {
  state.backend = makeBackend(new Instances(() => instantiate(module)))
  state.reason = ''
}

/** Why loading failed: a sentence or two. */
function reasonOf(error: unknown): string {
  const message = messageOf(error)
  if (/Content Security Policy|unsafe-eval|disallowed by embedder/i.test(message)) {
    return "WebAssembly is disabled here: a Content-Security-Policy needs 'wasm-unsafe-eval' in script-src."
  }
  return /[.!?]$/.test(message) ? message : `${message}.`
}
