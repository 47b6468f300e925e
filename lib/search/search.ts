/** search: trains networks with drawn options, and finds the best. */
import { turn } from '../backend/slices.js'
import { onAbort } from '../checks/abort.js'
import type { Model } from '../data/model/model.js'
import type { Ensemble } from '../network/ensemble.js'
import type { Network } from '../network/network.js'
import type { ArraySearchOptions, RecordSearchOptions, SearchOptions } from './search-options.js'
import { SearchRun } from './search-run.js'
import { searchSettings } from './search-settings.js'
import type { Study } from './study.js'

/**
 * Trains `trials` networks with options drawn from a space, and compares them by a metric. The same options give the same
 * trials, values and digest on every backend and with any number of threads. Networks of one architecture train together.
 * @throws (the promise is rejected) TypeError or RangeError for wrong options, those of the trials of the first batch
 *   included; of a later trial with its number. Error for a journal of another study
 */
export function search(options: ArraySearchOptions): Promise<Study<Network | Ensemble>>
export function search(options: RecordSearchOptions): Promise<Study<Model>>
export function search(options: SearchOptions): Promise<Study>
export async function search(options: SearchOptions): Promise<Study> {
  const settings = searchSettings(options)
  const run = new SearchRun(settings)
  const { signal } = settings
  const forget = signal === null ? null : onAbort(signal, () => run.cancel())
  try {
    await run.open()
    while (signal?.aborted !== true && (await run.next())) await turn()
    return await run.study()
  } finally {
    forget?.()
    await run.close()
  }
}
