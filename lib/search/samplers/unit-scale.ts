/** The scales of parameters of numbers for Parzen estimators. */
import { exp } from '../../kernels/exp.js'
import { log } from '../../kernels/math.js'
import type { Distribution } from '../space/trial.js'
import type { UnitScale } from './parzen.js'

type NumberDistribution = Exclude<Distribution, { readonly kind: 'choice' }>

/**
 * Places of values on [0, 1], by difference or by logarithm. An integer has the share around it, so that [0, 1] reaches
 * half a step beyond the lowest and the highest.
 */
export function unitScaleOf(distribution: NumberDistribution): UnitScale {
  const { kind, low, high } = distribution
  const isInteger = kind === 'integer'
  const half = isInteger ? distribution.step / 2 : 0
  const isLog = kind === 'logUniform' || (isInteger && distribution.log)
  const scaled = isLog ? log : (value: number) => value
  const first = scaled(low - half)
  const range = scaled(high + half) - first
  const unitOf = (value: number): number => (scaled(value) - first) / range
  const step = isInteger ? distribution.step : 0
  return {
    unitOf,
    valueOf(unit) {
      const place = first + unit * range
      const value = isLog ? exp(place) : place
      const exact = isInteger ? low + step * Math.round((value - low) / step) : value
      return Math.min(Math.max(exact, low), high)
    },
    cell: isInteger ? (value) => [unitOf(value - half), unitOf(value + half)] : null,
  }
}
