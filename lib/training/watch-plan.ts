/** What the session of a fit computes after each epoch, as numbers. */
import { evaluationPlan } from '../backend/plan.js'
import { metricCode } from '../kernels/metrics/metrics.js'
import type { Monitoring, WatchPlan } from '../kernels/plan.js'
import { validationName } from '../metrics/choose.js'
import type { Monitor } from './early-stopping.js'
import type { Job } from './fit-job.js'

/** Null where nothing is computed after an epoch. */
export function watchPlanOf({ compiled, data, metrics, signs, settings, rateSchedule, plateau }: Job): WatchPlan | null {
  const { stopping } = settings
  const { validation, training } = data
  if (metrics.length === 0 && validation === null && stopping === null && !rateSchedule.isScheduled) return null
  const own = ['loss', ...metrics.map(({ name }) => name)]
  const names = validation === null ? own : [...own, ...own.map(validationName)]
  const monitoring = ({ series, higher }: Monitor): Monitoring => ({
    series: names.indexOf(series),
    higher: Number(higher),
  })
  const lossScale = (rows: number) => evaluationPlan(compiled.plan, compiled.loss, rows).lossScale
  return {
    metrics: metrics.map(({ name, options }) => ({ code: metricCode(name), options })),
    signs: Number(signs),
    trainingLossScale: lossScale(training.rows),
    validationRows: validation?.rows ?? 0,
    validationLossScale: validation === null ? 0 : lossScale(validation.rows),
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
