/**
 * The names of parameters: their paths in the space. `trainer.optimizer.learningRate`, `network.layers[1].units`;
 * within the values of a choice, `#` and the index of the value follow the choice's name: `network.layers#1[0].units`.
 */

/** The name of a parameter that is the whole space. */
export const ROOT = 'space'

// A key that has no sign of a path in it.
const BARE = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u

/** The path of a property; `["a.b"]` for a key that would be ambiguous, or that objects treat as their prototype. */
export function propertyPath(path: string, key: string): string {
  if (!BARE.test(key) || key === '__proto__') return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

export const itemPath = (path: string, index: number): string => `${path}[${index}]`

/** The path of what is within a value of the choice with this name. */
export const branchPath = (name: string, index: number): string => `${name}#${index}`
