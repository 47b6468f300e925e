/** Checks of the learning rate, by trial steps on copies at several rates. */
import { needsWholeBatch } from '../../kernels/layers/table.js'
import { learningRateOf } from '../../kernels/optimizers.js'
import type { Check, Examined } from './examined.js'
import { figure, percent } from './finding.js'
import { lossAfter } from './trial.js'

/** The steps of a trial, and about how many multiplications their forward passes have together. */
const MAX_STEPS = 20
const MIN_STEPS = 4
const WORK = 60_000_000

/** The loss after the steps, over the larger of that before and that of constant predictions, from which a rate is too high. */
const HIGHER = 1.2
/** A rate is too high too where the loss stays above that of constant predictions, and a lower rate has this share of it. */
const CLEARLY_LOWER = 0.5
/** How many times the rate is divided by 10 to find one that works. */
const MAX_LOWER = 12
const MAX_LOWER_OF_STUCK = 3

/** A rate is too low where one that is this power of 10 times as high, or more, … */
const MIN_HIGHER = 4
const MAX_HIGHER = 8
/** … lowers the loss by this share, and by this factor more. */
const GAIN = 0.1
const TIMES = 100

/** The loss after steps at a rate. */
function lossAt(examined: Examined, learningRate: number): number {
  const { probe, plan, given } = examined
  const batchSize = Math.min(given.batchSize, probe.rows)
  const affordable = Math.floor(WORK / (batchSize * plan.parameterCount))
  const steps = Math.max(MIN_STEPS, Math.min(MAX_STEPS, affordable))
  return lossAfter(probe, { learningRate, steps, batchSize })
}

/** Why the checks of the rate cannot run; null: they can. */
function hindrance(examined: Examined): string | null {
  const { untrainable, given, plan } = examined
  if (untrainable !== null) return untrainable
  if (given.model !== null && given.model.unknownRate !== null) return given.model.unknownRate
  if (typeof given.trainer.parts.schedule === 'function') return 'schedule is a function, not a table of rates'
  if (given.batchSize < 2 && plan.layers.some(needsWholeBatch)) return 'a batchNormalization needs a batchSize of 2'
  if (!Number.isFinite(examined.loss)) return 'the loss is not finite'
  return null
}

const rateOf = ({ compiled }: Examined): number => learningRateOf(compiled.optimizers[0].options)

/** The best of the lower rates, down to where the loss is higher again, with a loss below `limit`; null: none. */
function lowerRate(
  examined: Examined,
  rate: number,
  count: number,
  limit: number,
): { rate: number; loss: number } | null {
  let best: { rate: number; loss: number } | null = null
  for (let k = 1, lower = rate / 10; k <= count; k++, lower /= 10) {
    const loss = lossAt(examined, lower)
    if (examined.excess(loss) < limit && loss < (best?.loss ?? Infinity)) best = { rate: lower, loss }
    else if (best !== null) return best
  }
  return best
}

const rateTooHigh: Check = {
  name: 'rateTooHigh',
  causes: ['unscaledInputs', 'unscaledTargets', 'symmetricUnits', 'targetsOutOfRange', 'explodingGradients'],
  // Then the rate may have made the gradients explode.
  causesWhenTrained: ['unscaledInputs', 'unscaledTargets', 'symmetricUnits', 'targetsOutOfRange'],
  examine(examined) {
    const reason = hindrance(examined)
    if (reason !== null) return reason
    const { loss: before, constantLoss, hasLearned } = examined
    const rate = rateOf(examined)
    const after = examined.ownTrial(lossAt)
    const [own, first] = [examined.excess(after), examined.excess(before)]
    // NaN where constant predictions have no finite loss.
    const constant = examined.excess(constantLoss)
    const diverges = !(own <= HIGHER * (constant > first ? constant : first))
    // The loss may also fall from a high one, but to no use.
    if (!diverges && (hasLearned || !(own > HIGHER * constant))) return null
    const lower = diverges
      ? lowerRate(examined, rate, MAX_LOWER, first)
      : lowerRate(examined, rate, MAX_LOWER_OF_STUCK, CLEARLY_LOWER * own)
    if (lower === null) return null
    const end = Number.isFinite(after) ? figure(after) : 'no finite number'
    return {
      severity: diverges ? 'error' : 'warning',
      where: {},
      figures: { rate, before, after, lowerRate: lower.rate, lowerAfter: lower.loss },
      reason: `A few steps at the learning rate ${figure(rate)} change the loss from ${figure(before)} to ${end}, and at ${figure(lower.rate)} to ${figure(lower.loss)}.`,
      remedy: `Set learningRate: ${figure(lower.rate)} of the optimizer, or a schedule with a warmup.`,
    }
  },
}

const rateTooLow: Check = {
  name: 'rateTooLow',
  causes: [
    'unscaledInputs',
    'unscaledTargets',
    'symmetricUnits',
    'deadUnits',
    'saturatedUnits',
    'vanishingGradients',
    'targetsOutOfRange',
    'strongRegularization',
  ],
  examine(examined) {
    const reason = hindrance(examined)
    if (reason !== null) return reason
    const rate = rateOf(examined)
    const before = examined.excess(examined.loss)
    const gainOf = (loss: number): number => before - examined.excess(loss)
    const after = examined.ownTrial(lossAt)
    const gain = gainOf(after)
    // A loss that is higher, or NaN, is that of a rate that is too high.
    if (examined.hasLearned || !(Math.abs(gain) < (GAIN / TIMES) * before)) return null
    const losses: { k: number; rate: number; loss: number }[] = []
    for (let k = 1, higher = rate * 10; k <= MAX_HIGHER; k++, higher *= 10) {
      losses.push({ k, rate: higher, loss: lossAt(examined, higher) })
    }
    const best = losses.reduce((most, { loss }) => (gainOf(loss) > most ? gainOf(loss) : most), 0)
    // The lowest rate with half of the best gain.
    const good = losses.find(({ loss }) => gainOf(loss) >= best / 2)
    if (good === undefined || good.k < MIN_HIGHER) return null
    const higherGain = gainOf(good.loss)
    if (higherGain < GAIN * before || higherGain < TIMES * gain) return null
    return {
      severity: 'warning',
      where: {},
      figures: { rate, before: examined.loss, after, higherRate: good.rate, higherAfter: good.loss },
      reason: `A few steps at the learning rate ${figure(rate)} lower the loss by ${percent(Math.max(gain, 0) / before)}, and at ${figure(good.rate)} by ${percent(higherGain / before)}.`,
      remedy: `Set learningRate: ${figure(good.rate / 10)} of the optimizer, and lower it where the loss rises.`,
    }
  },
}

export const rateChecks: readonly Check[] = [rateTooHigh, rateTooLow]
