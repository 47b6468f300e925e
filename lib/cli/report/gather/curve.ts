/** The losses of a training, with no more points than a chart shows. */
import { type History, Network } from '../../../index.js'
import { spread } from '../parts/chart.js'
import type { LossCurve } from '../parts/data.js'
import type { AnyModel } from './outcomes.js'

const MAX_POINTS = 1000

/** The most networks whose losses are shown; of an ensemble, those of the first member. */
const MAX_CURVES = 8

/** The losses of each network of a model; none for a model from a file. */
export function curvesOf({ networks, histories }: AnyModel): LossCurve[] {
  let first = 0
  const curves = networks.map((network, i) => {
    const members = network instanceof Network ? 1 : network.members.length
    const history = histories.at(first)
    first += members
    const member = members > 1 ? `the first of ${members} members` : ''
    const name = networks.length > 1 ? [`network ${i + 1}`, member].filter((word) => word !== '').join(', ') : member
    const curve = history === undefined ? undefined : curveOf(history)
    return curve === undefined || name === '' ? curve : { ...curve, network: name }
  })
  return curves.filter((curve) => curve !== undefined).slice(0, MAX_CURVES)
}

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
