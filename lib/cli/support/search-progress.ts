/** The progress of a search: trials that have ended, the best value, the time left. */
import type { SearchProgress } from '../../search/index.js'
import { figure, type ProgressForm, plural } from './progress.js'
import type { SearchPlan } from './search-plan.js'

/** @param plan after the first batch, at most `batch` trials were trained here; others came from a journal */
export function searchProgress({ metric, batch }: Pick<SearchPlan, 'metric' | 'batch'>): ProgressForm<SearchProgress> {
  const started = performance.now()
  let before: number | null = null
  return {
    unit: 'trials',
    counts: (progress) => [Math.floor(trained(progress)), progress.of],
    values: ({ best, workers }) => {
      const found = best === null ? 'none is complete' : `best ${metric} ${figure(best.value as number)}`
      if (workers === undefined) return found
      return `${found}, ${workers === 0 ? 'no worker is connected' : plural(workers, 'worker')}`
    },
    secondsLeft: (progress) => {
      const { trials, of } = progress
      before ??= progress.batch === null ? Math.max(0, trials - batch) : trials
      const done = trained(progress)
      const seconds = (performance.now() - started) / 1000
      return done > before ? ((of - done) * seconds) / (done - before) : Infinity
    },
    line: (done, all) => `${done} of ${all} trials`,
  }
}

/** The trials that have ended, and the part of the current batch that is done. */
const trained = ({ trials, batch }: SearchProgress): number =>
  trials + (batch === null ? 0 : batch.trials * batch.share)
