/** What each input column of a model became. */
import { listed } from '../../../checks/words.js'
import type { Column } from '../../../data/index.js'
import type { ReportColumn } from '../parts/data.js'
import { counted, shownNumber } from '../parts/numbers.js'

export function reportColumn(column: Column): ReportColumn {
  const { name, type } = column
  if (type === 'category') {
    const { categories } = column.encoder
    const encoding = `one input for each of ${counted(categories.length, 'category', 'categories')}: ${listed(categories)}`
    return { name, type, inputs: column.encoder.columns, encoding }
  }
  const { scaler } = column
  if (scaler === null) return { name, type, inputs: 1, encoding: 'not scaled' }
  const [center, scale] = [scaler.center[0], scaler.scale[0]].map(shownNumber)
  return { name, type, inputs: 1, encoding: `${scaler.type}: (value − ${center}) / ${scale}` }
}
