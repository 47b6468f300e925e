/**
 * Brands: how an object of a class of this library is recognized, whichever modules made it. The ES modules, the CommonJS
 * modules and another installation of the same version each have a class of their own of one name. All private members are
 * those of TypeScript, so that any of these classes can use the objects of another.
 */
import { VERSION } from './version.js'

const keyOf = (name: string): symbol => Symbol.for(`lockstep-nn.${name}`)

/** The version of the library whose class of this name made a value; undefined for any other value. */
function brandOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<symbol, unknown>)[keyOf(name)] : undefined
}

/** Brands the objects of a class, and makes `instanceof` accept all that have the brand of this version. */
export function brand(branded: { readonly prototype: object }, name: string): void {
  Object.defineProperty(branded.prototype, keyOf(name), { value: VERSION })
  Object.defineProperty(branded, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      // A class that extends it inherits this method, and has no brand of its own.
      if (this !== branded) return Function.prototype[Symbol.hasInstance].call(this, value)
      // Objects of the class inherit the brand: a prototype, or an object that only imitates one, has it as its own.
      return isBranded(value, name)
    },
  })
}

/** Whether a value is an object of the class with this name, as `instanceof` of that class, without importing it. */
export const isBranded = <Branded>(value: unknown, name: string): value is Branded =>
  brandOf(value, name) === VERSION && !Object.hasOwn(value as object, keyOf(name))

/** A remedy for an object of a class of another version; undefined for anything else. */
export function versionRemedy(value: unknown, ...classes: string[]): string | undefined {
  const version = classes.map((name) => brandOf(value, name)).find((found) => typeof found === 'string')
  if (version === undefined || version === VERSION) return undefined
  return (
    `It is of lockstep-nn ${version}, and this is lockstep-nn ${VERSION}: install one version ` +
    '(npm ls lockstep-nn shows them), or copy it through JSON.'
  )
}
