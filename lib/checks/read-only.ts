/** Objects with fixed properties: an assignment is an error that states the remedy, in sloppy code too. */
import { notAssignable } from './errors.js'

/** By property: what to do instead of an assignment. */
export type Remedies = Readonly<Record<string, string>>

/** The same remedy for several properties. */
export const remedyFor = (names: readonly string[], remedy: string): Remedies =>
  Object.fromEntries(names.map((name) => [name, remedy]))

/** Gives each property of a prototype a setter that throws; its getter stays. */
export function refuseAssignments(prototype: object, owner: string, remedies: Remedies): void {
  for (const [name, remedy] of Object.entries(remedies)) {
    const get = Object.getOwnPropertyDescriptor(prototype, name)?.get
    Object.defineProperty(prototype, name, {
      configurable: true,
      get,
      set() {
        throw notAssignable(name, owner, remedy)
      },
    })
  }
}

/** The same for properties of one object, which keep their values. */
export function fixProperties(object: object, owner: string, remedies: Remedies): void {
  for (const [name, remedy] of Object.entries(remedies)) {
    const value: unknown = (object as Record<string, unknown>)[name]
    Object.defineProperty(object, name, {
      enumerable: true,
      get: () => value,
      set() {
        throw notAssignable(name, owner, remedy)
      },
    })
  }
}

/** Refuses new properties, unless the constructor is that of a subclass, which may add its own. */
export function closeTo(object: object, made: unknown, own: unknown): void {
  if (made === own) Object.preventExtensions(object)
}
