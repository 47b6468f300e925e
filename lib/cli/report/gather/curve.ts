/** The losses of a training, with no more points than a chart shows. */
import type { History } from '../../../index.js'
import { spread } from '../parts/chart.js'
import type { LossCurve } from '../parts/data.js'

const MAX_POINTS = 1000

export function curveOf(history: History): LossCurve | undefined {
  const { loss, validationLoss, initialEpoch, bestEpoch, reason } = history
  if (loss.length === 0) return undefined
  const best = bestEpoch === undefined ? -1 : bestEpoch - initialEpoch
  const places = spread(loss.length, MAX_POINTS)
  if (best >= 0 && !places.includes(best)) places.push(best)
  places.sort((a, b) => a - b)
  return {
    epochs: places.map((i) => initialEpoch + i),
    training: places.map((i) => loss[i]),
    ...(validationLoss === undefined ? {} : { validation: places.map((i) => validationLoss[i]) }),
    ...(best < 0 ? {} : { bestEpoch: bestEpoch }),
    reason,
  }
}
