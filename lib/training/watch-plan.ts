/** What the session of a fit computes after each epoch, as numbers. */
import { evaluationPlan } from '../backend/plan.js'
import type { Monitoring, WatchPlan } from '../kernels/plan.js'
import { validationName } from '../metrics/choose.js'
import type { Monitor, Stopping } from './early-stopping.js'
import type { Job } from './fit-job.js'

/** What a session watches. */
export type Watched = Pick<Job, 'compiled' | 'metrics' | 'signs' | 'rateSchedule' | 'plateau'> & {
  readonly stopping: Stopping | null
  readonly rows: number
  /** 0: there is no validation. */
  readonly validationRows: number
}

/** What the session of a fit is made of, besides its samples. */
export type WatchedFit = Watched & Pick<Job, 'backend' | 'settings'>

export const watchedBy = (job: Job): WatchedFit => ({
  ...job,
  stopping: job.settings.stopping,
  rows: job.data.training.rows,
  validationRows: job.data.validation?.rows ?? 0,
})

/** Null where nothing is computed after an epoch. */
export function watchPlanOf(watched: Watched): WatchPlan | null {
  const { compiled, metrics, signs, rateSchedule, plateau, stopping, rows, validationRows } = watched
  if (metrics.length === 0 && validationRows === 0 && stopping === null && !rateSchedule.isScheduled) return null
  const own = ['loss', ...metrics.map(({ name }) => name)]
  const names = validationRows === 0 ? own : [...own, ...own.map(validationName)]
  const monitoring = ({ series, higher }: Monitor): Monitoring => ({
    series: names.indexOf(series),
    higher: Number(higher),
  })
  const lossScale = (count: number) => evaluationPlan(compiled.plan, compiled.loss, count).lossScale
  return {
    metrics: metrics.map(({ code, options }) => ({ code, options })),
    signs: Number(signs),
    trainingLossScale: lossScale(rows),
    validationRows,
    validationLossScale: validationRows === 0 ? 0 : lossScale(validationRows),
    scheduled: Number(rateSchedule.isScheduled),
    stopping:
      stopping === null
        ? null
        : {
            ...monitoring(stopping.monitor),
            ...(stopping.evaluates ? { series: -1 } : {}),
            patience: stopping.patience,
            minDelta: stopping.minDelta,
            restoreBest: Number(stopping.restoreBest),
          },
    plateau:
      plateau === null
        ? null
        : {
            ...monitoring(plateau.monitor),
            factor: plateau.factor,
            patience: plateau.patience,
            threshold: plateau.threshold,
            relative: Number(plateau.relative),
            cooldown: plateau.cooldown,
            minimum: plateau.minimum,
          },
  }
}
