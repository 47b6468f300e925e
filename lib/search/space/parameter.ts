/** A parameter of a space. */
import { brand, isBranded, versionRemedy } from '../../checks/brand.js'
import { wrongType } from '../../checks/errors.js'
import type { Distribution } from './trial.js'

/** What stands in a space for a value that each trial draws. It cannot be changed. */
export class Parameter<Value = unknown> {
  readonly distribution: Distribution
  /** The values that it can have, for types only. @internal */
  declare readonly drawn?: Value

  /** @internal */
  constructor(distribution: Distribution) {
    this.distribution = Object.freeze(distribution)
    Object.freeze(this)
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
