/** The check of samples whose columns hold categories. */
import { inputCategories } from '../kernels/layers/table.js'
import type { NetworkPlan } from '../kernels/plan.js'
import { wrongValue } from './errors.js'

const isCategory = (value: number, categories: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < categories

/**
 * Checks the columns that an embedding reads.
 * @param values [rows × inputs], finite
 * @throws RangeError that names the row and the column of a value that is not a category
 */
export function requireCategories(plan: NetworkPlan, values: Float64Array, name: string): void {
  const { inputs } = plan
  for (const { column, categories } of inputCategories(plan)) {
    for (let i = column; i < values.length; i += inputs) {
      if (isCategory(values[i], categories)) continue
      const where = `${name}[${Math.floor(i / inputs)}][${column}]`
      const remedy = 'The embedding of this column has a vector for each of these integers.'
      throw wrongValue(`an integer from 0 to ${categories - 1}`, where, values[i], remedy)
    }
  }
}
