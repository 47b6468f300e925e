/** The progress of a search: trials that have ended, the best value, the time left. */
import type { SearchProgress } from '../../search/index.js'
import { figure, type ProgressForm, plural } from './progress.js'
import type { SearchPlan } from './search-plan.js'

/** @param plan of the first progress at most `batch` trials were trained; the others came from a journal */
export function searchProgress({ metric, batch }: Pick<SearchPlan, 'metric' | 'batch'>): ProgressForm<SearchProgress> {
  const started = performance.now()
  let before: number | null = null
  return {
    unit: 'trials',
    counts: ({ trials, of }) => [trials, of],
    values: ({ best, workers }) => {
      const found = best === null ? 'none is complete' : `best ${metric} ${figure(best.value as number)}`
      if (workers === undefined) return found
      return `${found}, ${workers === 0 ? 'no worker is connected' : plural(workers, 'worker')}`
    },
    secondsLeft: ({ trials, of }) => {
      before ??= Math.max(0, trials - batch)
      const seconds = (performance.now() - started) / 1000
      return ((of - trials) * seconds) / (trials - before)
    },
    line: (done, all) => `${done} of ${all} trials`,
  }
}
