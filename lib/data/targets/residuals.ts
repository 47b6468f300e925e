/** The residuals that a target keeps for intervals, and the temperature of its probabilities: the checks of their form. */
import { wrongSize, wrongValue } from '../../checks/errors.js'
import { finite, list } from '../records/checks.js'
import type { Given } from './entry.js'

/** The most residuals that a target keeps. */
export const MAX_RESIDUALS = 1000

/** `residuals` of a target: numbers of at least 0 in ascending order. */
export function checkResiduals(given: Given, where: string): { readonly residuals?: readonly number[] } {
  if (given.residuals === undefined) return {}
  const name = `${where}.residuals`
  const values = list(given.residuals, name, 'numbers')
  if (values.length > MAX_RESIDUALS) throw wrongSize(`at most ${MAX_RESIDUALS} numbers`, name, `${values.length}`)
  let last = 0
  const residuals = values.map((value, i) => {
    const number = finite(value, `${name}[${i}]`)
    if (number < last) throw wrongValue(`a number of at least ${last}`, `${name}[${i}]`, number)
    last = number
    return number
  })
  return { residuals: Object.freeze(residuals) }
}

/** `temperature` of a target: a number above 0. */
export function checkTemperature(given: Given, where: string): { readonly temperature?: number } {
  if (given.temperature === undefined) return {}
  const temperature = finite(given.temperature, `${where}.temperature`)
  if (!(temperature > 0)) throw wrongValue('a number above 0', `${where}.temperature`, temperature)
  return { temperature }
}
