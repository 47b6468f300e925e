/**
 * State that a process has once, whichever modules of the package it loads: the ES modules, the CommonJS modules, another
 * installation of the same version. Another version has its own.
 */
import { VERSION } from './version.js'

const KEY = Symbol.for(`lockstep-nn@${VERSION}`)

/** The state of this name, which the first call makes. */
export function shared<State extends object>(name: string, make: () => State): State {
  const holder = globalThis as unknown as Record<symbol, Map<string, object> | undefined>
  if (holder[KEY] === undefined) Object.defineProperty(globalThis, KEY, { value: new Map() })
  const states = holder[KEY] as Map<string, object>
  let state = states.get(name) as State | undefined
  if (state === undefined) {
    state = make()
    states.set(name, state)
  }
  return state
}
