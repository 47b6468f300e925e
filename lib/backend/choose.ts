/** Which backends can run here, and the one that an option or LOCKSTEP_BACKEND chooses. */
import { environmentVariable } from '#platform'
import { oneOf } from '../checks/validate.js'
import { type Addon, loadAddon, nativeKernelSets, nativeLoadFailure } from './addon.js'
import { automaticBackend } from './automatic.js'
import type { Backend } from './backend.js'
import { nativeBackend } from './native.js'
import { typescriptBackend } from './typescript.js'
import { beginLoading, loadedWasm, wasmReason } from './wasm/load.js'

/** A backend as `backends()` lists it. */
export interface BackendInfo {
  readonly name: string
  readonly available: boolean
  /** Why it is not available. */
  readonly reason?: string
}

/** A chosen backend and why it was chosen. */
export interface ChosenBackend {
  readonly backend: Backend
  readonly reason: string
}

/** All backends, best first, with the reason where one cannot run here. */
export function backends(): BackendInfo[] {
  const native = nativeKernelSets().map(({ name, available, reason }) => ({
    name: `native/${name}`,
    available,
    ...(available ? {} : { reason }),
  }))
  const wasm = loadedWasm() === null ? { available: false, reason: wasmReason() } : { available: true }
  return [...native, { name: 'wasm', ...wasm }, { name: 'typescript', available: true }]
}

// The choices by option, and for `auto` by LOCKSTEP_BACKEND. Only `useAddon` changes which backends can run. That of `auto`
// without the addon is a backend which uses the WebAssembly module once it is loaded.
const byOption = new Map<unknown, ChosenBackend>()
const byVariable = new Map<unknown, ChosenBackend>()
let chosenWith: Addon | null = null

/**
 * The backend for a `backend` option. `auto` chooses the one that LOCKSTEP_BACKEND names, otherwise the best. Any other
 * value requires that backend, and throws where it cannot run.
 */
export function chooseBackend(option: unknown): ChosenBackend {
  const auto = option === undefined || option === 'auto'
  const choices = auto ? byVariable : byOption
  const key = auto ? environmentVariable('LOCKSTEP_BACKEND') : option
  if (chosenWith !== loadAddon()) {
    chosenWith = loadAddon()
    byOption.clear()
    byVariable.clear()
  }
  let choice = choices.get(key)
  if (choice === undefined) {
    choice = choose(option)
    choices.set(key, choice)
  }
  return choice
}

/** The backend of an object's calls. While their option stays the same, so does the backend, and the variable is not read. */
export class BackendChoice {
  private option: unknown
  private backend: Backend | null = null
  private addon: Addon | null = null

  for(option: unknown): Backend {
    if (this.backend !== null && option === this.option && this.addon === loadAddon()) return this.backend
    const { backend } = chooseBackend(option)
    this.option = option
    this.backend = backend
    this.addon = loadAddon()
    return backend
  }
}

function choose(option: unknown): ChosenBackend {
  const names = ['auto', 'native', ...nativeKernelSets().map(({ name }) => `native/${name}`), 'wasm', 'typescript']
  const asked = option === undefined ? 'auto' : oneOf(option, 'backend', 'the name of a backend', names)
  if (asked !== 'auto') return forced(asked, `requested by backend: '${asked}'`)
  const fromOutside = environmentVariable('LOCKSTEP_BACKEND')
  if (fromOutside !== undefined && fromOutside !== '' && fromOutside !== 'auto') {
    const name = oneOf(fromOutside, 'LOCKSTEP_BACKEND', 'the name of a backend', names)
    return forced(name, `requested by LOCKSTEP_BACKEND=${name}`)
  }
  const best = nativeKernelSets().find(({ available }) => available)
  if (best === undefined && (environmentVariable('LOCKSTEP_ADDON') ?? '') !== '')
    throw new Error(`No native backend: ${nativeLoadFailure()}`)
  if (best !== undefined) {
    return { backend: nativeBackend(best.name), reason: 'the best kernel set that this processor can run' }
  }
  beginLoading()
  return {
    backend: automaticBackend,
    get reason() {
      const native = `the native addon cannot run: ${nativeLoadFailure()}`
      return automaticBackend.name === 'wasm'
        ? `${native} WebAssembly trains instead, with the same bits.`
        : `${native} ${sentence(wasmReason())} TypeScript trains instead, with the same bits.`
    },
  }
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function forced(name: string, reason: string): ChosenBackend {
  if (name === 'typescript') return { backend: typescriptBackend, reason }
  if (name === 'wasm') return { backend: loadedWasm() ?? cannotRun(name, wasmReason()), reason }
  const sets = nativeKernelSets()
  const set =
    name === 'native' ? sets.find(({ available }) => available) : sets.find((one) => `native/${one.name}` === name)
  if (set?.available === true) return { backend: nativeBackend(set.name), reason }
  return cannotRun(name, set?.reason ?? nativeLoadFailure())
}

function cannotRun(name: string, why: string): never {
  throw new Error(`The backend '${name}' cannot run here: ${why} Use 'auto' or 'typescript' to train without it.`)
}
