/** The data set of any source. */
import type { DataSettings } from '../state/settings.js'
import type { DataSet } from './data-set.js'
import { makeDataSet } from './make.js'

/**
 * The data set of settings. What reads tables is loaded for the first one.
 * @throws as `makeDataSet` and `tableData`
 */
export async function loadDataSet(settings: DataSettings): Promise<DataSet> {
  if (settings.source !== 'csv') return makeDataSet(settings)
  const { tableData } = await import('./table.js')
  return tableData(settings)
}
