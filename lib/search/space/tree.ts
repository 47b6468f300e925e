/** A space as it is read: a copy of what the caller gave, which nobody else can change. */
import type { ParameterSpec } from './trial.js'

/** A value that has no parts. An array of numbers is a copy. */
export type Leaf = string | number | boolean | null | undefined | Float64Array

export interface ParameterNode {
  readonly kind: 'parameter'
  readonly spec: ParameterSpec
  /** Of a choice, its values; otherwise empty. */
  readonly branches: readonly SpaceNode[]
}

export type SpaceNode =
  | { readonly kind: 'leaf'; readonly value: Leaf }
  /** By key, in alphabetical order. */
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: string, node: SpaceNode])[] }
  | { readonly kind: 'array'; readonly items: readonly SpaceNode[] }
  | ParameterNode

/** An object with these properties, `__proto__` included. */
export function objectOf(entries: readonly (readonly [key: string, value: unknown])[]): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  for (const [key, value] of entries) {
    Object.defineProperty(made, key, { value, enumerable: true, writable: true, configurable: true })
  }
  return made
}

/** How deep a space may be. */
export const MAX_DEPTH = 100
