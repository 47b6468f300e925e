/** A parameter of a space, and the JSON form of spaces. */
import { isFloat64Array } from '../../checks/arrays.js'
import { brand, isBranded, versionRemedy } from '../../checks/brand.js'
import { wrongType } from '../../checks/errors.js'
import { objectOf } from './tree.js'
import type { Distribution } from './trial.js'

/** A placeholder in a space for a value that each trial draws. It cannot be changed. */
export class Parameter<Value = unknown> {
  readonly distribution: Distribution
  /** The values that it can have, for types only. @internal */
  declare readonly drawn?: Value

  /** @internal */
  constructor(distribution: Distribution) {
    this.distribution = Object.freeze(distribution)
    Object.freeze(this)
  }

  /** Its JSON form, such as `{ "$uniform": [0, 1] }`. `spaceFromJson` reads it. */
  toJSON(): Readonly<Record<string, unknown>> {
    const { distribution } = this
    if (distribution.kind === 'choice') return { $choice: distribution.values.map(jsonForm) }
    const { kind, low, high } = distribution
    if (kind !== 'integer') return { [`$${kind}`]: [low, high] }
    const { step, log } = distribution
    const options = log ? [{ log }] : step === 1 ? [] : [{ step }]
    return { $integer: [low, high, ...options] }
  }
}

brand(Parameter, 'Parameter')

/** Whether a value is a parameter. One of another version of the library is an error. */
export function isParameter(value: unknown, name: string): value is Parameter {
  if (isBranded<Parameter>(value, 'Parameter')) return true
  const remedy = versionRemedy(value, 'Parameter')
  if (remedy !== undefined) throw wrongType('a parameter of this version', name, value, remedy)
  return false
}

/**
 * What a space contains as JSON. A parameter is an object with one key: `$` and the name of its maker; so is what JSON
 * cannot write: `{ "$number": "NaN" }`, `{ "$float64Array": [1, 2] }`, `{ "$undefined": true }`. Other keys that begin
 * with `$` have a second one in front.
 */
export function jsonForm(value: unknown): unknown {
  if (value === undefined) return { $undefined: true }
  if (typeof value === 'number') {
    if (Number.isFinite(value) && !Object.is(value, -0)) return value
    return { $number: Object.is(value, -0) ? '-0' : String(value) }
  }
  if (typeof value !== 'object' || value === null) return value
  if (isBranded<Parameter>(value, 'Parameter')) return value.toJSON()
  if (isFloat64Array(value)) return { $float64Array: Array.from(value, jsonForm) }
  if (Array.isArray(value)) return value.map(jsonForm)
  return objectOf(Object.entries(value).map(([key, one]) => [key.startsWith('$') ? `$${key}` : key, jsonForm(one)]))
}
