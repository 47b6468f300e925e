/** `classWeight` of `Model.fit`: turns weights by label into the trainer's weights by class. */

import { unknownName, wrongType } from '../../checks/errors.js'
import { nonNegative } from '../../checks/rows.js'
import { isFloat64Array, optionsObject } from '../../checks/validate.js'
import { quoted } from '../records/checks.js'
import type { Target } from '../targets/targets.js'

/**
 * One weight per label, in the order of the labels.
 * @param given an object with weights by label; an array, which the trainer checks; or undefined
 */
export function weightsOfLabels(given: unknown, target: Target): unknown {
  if (given === undefined) return undefined
  if (target.type === 'number') {
    throw wrongType('nothing', 'classWeight', given, 'The target is a number, which has no classes: use sampleWeight.')
  }
  if (Array.isArray(given) || isFloat64Array(given)) return given
  const known = target.encoder.labels.map(String)
  const keys = typeof given === 'object' && given !== null ? Object.keys(given) : []
  for (const key of keys) if (!known.includes(key)) throw unknownName('a label', 'classWeight', key, known)
  const weights = optionsObject(given, 'classWeight', known)
  return known.map((label) =>
    Object.hasOwn(weights, label) ? nonNegative(weights[label], `classWeight[${quoted(label)}]`) : 1,
  )
}
