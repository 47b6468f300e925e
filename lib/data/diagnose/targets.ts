/** Checks of the targets: against the loss, the last activation, and each other. */
import { capital, lastActivation } from './columns.js'
import type { Check, Examined } from './examined.js'
import { counted, type Draft, figure, firstPlaces, percent } from './finding.js'
import { isConstant } from './sample.js'

/** A name at the beginning of a sentence; y, as in formulas, stays as it is. */
const subject = (name: string): string => (name === 'y' ? name : capital(name))

const mismatchedLabels: Check = {
  name: 'mismatchedLabels',
  causes: [],
  examine({ labelProblem, given: { y } }) {
    if (labelProblem === null) return null
    const { count, row, reason, remedy } = labelProblem
    const others = count === y.rows ? 'every row' : `${count} of ${counted(y.rows, 'row')}`
    return {
      severity: 'error',
      where: { rows: [row] },
      figures: { rows: count },
      reason: `${reason.replace(/\.$/, '')} (${others}).`,
      remedy,
    }
  },
}

/** What activations give: [least, most]; those that are missing give any number. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  sigmoid: [0, 1],
  hardSigmoid: [0, 1],
  softmax: [0, 1],
  tanh: [-1, 1],
  softsign: [-1, 1],
  relu: [0, Infinity],
  relu6: [0, 6],
  softplus: [0, Infinity],
  exponential: [0, Infinity],
  // Their least values, rounded down.
  gelu: [-0.17, Infinity],
  silu: [-0.279, Infinity],
  mish: [-0.309, Infinity],
  hardSwish: [-0.375, Infinity],
  selu: [-1.759, Infinity],
}

/** The range of the last activation with its options. */
function rangeOf({ plan }: Examined): readonly [number, number] {
  const { activationOptions } = plan.layers[plan.layers.length - 1]
  const name = lastActivation(plan)
  if (name === 'elu') return [-activationOptions[0], Infinity]
  if (name === 'leakyRelu' && activationOptions[0] === 0) return RANGES.relu
  return RANGES[name] ?? [-Infinity, Infinity]
}

const mismatchedOutput: Check = {
  name: 'mismatchedOutput',
  causes: ['mismatchedLabels'],
  examine({ plan, compiled: { loss } }) {
    const activation = lastActivation(plan)
    const layers = [plan.layers[plan.layers.length - 1].scope]
    if (loss.name === 'poisson' && !['exponential', 'softplus', 'sigmoid', 'softmax'].includes(activation)) {
      return {
        severity: 'error',
        where: { layers },
        figures: {},
        reason: `poisson takes the logarithm of the predictions, and a last layer with ${activation} gives 0 or less.`,
        remedy: "Set activation: 'exponential' or 'softplus' on the last layer.",
      }
    }
    if (
      loss.name === 'hinge' &&
      ['sigmoid', 'hardSigmoid', 'softmax', 'relu', 'relu6', 'softplus', 'exponential'].includes(activation)
    ) {
      return {
        severity: 'error',
        where: { layers },
        figures: {},
        reason: `hinge compares the sign of the predictions with -1 and 1, and ${activation} gives nothing below 0.`,
        remedy: "Set activation: 'linear' or 'tanh' on the last layer.",
      }
    }
    return null
  },
}

/** The share of a range by which a target may lie outside, for rounding. */
const SLACK = 1e-9
/** The share of targets outside from which it is an error. */
const MANY_OUTSIDE = 0.01

const targetsOutOfRange: Check = {
  name: 'targetsOutOfRange',
  // A loss or an output that does not fit has the same reason.
  causes: ['mismatchedLabels', 'mismatchedOutput'],
  examine(examined): Draft | null | string {
    const { plan, targets, labelProblem, compiled, given } = examined
    if (compiled.loss.entry.fusedWith !== null) return null
    if (labelProblem !== null) return 'the loss does not accept the targets'
    const [least, most] = rangeOf(examined)
    const activation = lastActivation(plan)
    let [outside, farthest, distance] = [0, NaN, 0]
    const outputs = targets.flatMap((values, output) => {
      const before = outside
      for (const value of values) {
        const far = Math.max(least - value, value - most)
        if (!(far > SLACK * (1 + Math.abs(value)))) continue
        outside++
        if (far > distance) [farthest, distance] = [value, far]
      }
      return outside > before ? [output] : []
    })
    const range = most === Infinity ? `${least} and more` : `${least} to ${most}`
    if (outside > 0) {
      const share = outside / (targets.length * targets[0].length)
      return {
        severity: share >= MANY_OUTSIDE ? 'error' : 'warning',
        where: { outputs: firstPlaces(outputs) },
        figures: { share, farthest, least, most },
        reason: `The last layer with ${activation} gives ${range}, and ${percent(share)} of the targets lie outside, such as ${figure(farthest)}.`,
        remedy:
          'Remove the activation of the last layer, or scale y, for example by minMaxScaler, and its predictions back.',
      }
    }
    if (activation !== 'softmax') return null
    const sums = targets[0].map((_, i) => targets.reduce((sum, values) => sum + values[i], 0))
    const wrong = sums.findIndex((sum) => Math.abs(sum - 1) > 1e-6)
    if (wrong < 0) return null
    return {
      severity: 'error',
      where: { rows: [examined.sample[wrong]] },
      figures: { sum: sums[wrong], outputs: given.y.columns },
      reason: `The outputs of softmax add up to 1, and a row of the targets adds up to ${figure(sums[wrong])}.`,
      remedy: "Set activation: 'sigmoid' on the last layer where a row may have several classes or none.",
    }
  },
}

const constantTarget: Check = {
  name: 'constantTarget',
  causes: ['mismatchedLabels'],
  examine({ sample, targetStatistics, classes, given: { y, names }, labelProblem }): Draft | null | string {
    if (sample.length < 2) return 'it needs 2 finite rows'
    if (labelProblem !== null) return 'the loss does not accept the targets'
    if (classes !== null) {
      const present = [...classes.counts.keys()].filter((one) => classes.counts[one] > 0)
      if (present.length !== 1) return null
      return {
        severity: 'error',
        where: { outputs: [0] },
        figures: { class: present[0] },
        reason: `Every row has the ${names.class(present[0])}.`,
        remedy: 'Add rows of the other classes: a network of one class learns to give it always.',
      }
    }
    const found = [...targetStatistics.keys()].filter((output) => isConstant(targetStatistics[output]))
    const [output] = found
    if (output === undefined) return null
    const isAll = found.length === y.columns
    return {
      severity: isAll ? 'error' : 'note',
      where: { outputs: firstPlaces(found) },
      figures: { outputs: found.length, value: targetStatistics[output].mean },
      reason: `${subject(names.output(output))} has the value ${figure(targetStatistics[output].mean)} in every row${found.length > 1 ? `, as ${counted(found.length - 1, 'other output')}` : ''}.`,
      remedy: 'Leave such outputs out: there is nothing to learn.',
    }
  },
}

/**
 * A network's outputs are near 0 at first, and a step of a usual rate moves them by about 0.01: numbers of about 10 are
 * reached slowly, those above 100 hardly. The reason is that of the inputs (LeCun et al., 1998).
 */
const NOTED_SIZE = 10
const MAX_SIZE = 100
const MIN_DEVIATION = 1e-3
const MAX_OFFSET = 100
/** The last activations that are no bounded ones, and not exponential. */
const UNBOUNDED = ['linear', 'relu', 'leakyRelu', 'elu', 'selu', 'gelu', 'silu', 'mish', 'softplus', 'hardSwish']

const unscaledTargets: Check = {
  name: 'unscaledTargets',
  causes: ['mismatchedLabels', 'constantTarget'],
  examine({ plan, targetStatistics, compiled, sample, classes, given: { names } }) {
    const kind = compiled.loss.entry.targets
    if (!UNBOUNDED.includes(lastActivation(plan)) || classes !== null || (kind !== 'real' && kind !== 'nonNegative'))
      return null
    if (sample.length === 0) return 'every row has a value that is not finite'
    const far = targetStatistics.map((one) => {
      const { size, deviation, mean } = one
      if (isConstant(one)) return 0
      return Math.max(size / MAX_SIZE, MIN_DEVIATION / deviation, Math.abs(mean) / deviation / MAX_OFFSET)
    })
    const worst = far.indexOf(far.reduce((most, one) => Math.max(most, one), 0))
    const { mean, deviation, size } = targetStatistics[worst]
    if (far[worst] <= 1 && size <= NOTED_SIZE) return null
    return {
      severity: far[worst] > 1 ? 'warning' : 'note',
      where: { outputs: [worst] },
      figures: { mean, deviation, size },
      reason: `${subject(names.output(worst))} has a mean of ${figure(mean)} and a standard deviation of ${figure(deviation)}; a network begins near 0 and moves by little in a step.`,
      remedy: 'Scale y by standardScaler.fit(y).transform(y), and predictions back by its inverse.',
      remedyOfModel: "Leave scale: 'none' out of the target, so that it is scaled and predictions are scaled back.",
    }
  },
}

/**
 * The largest class over the smallest. Google's course on machine learning calls 20 to 40 % of the smaller class a mild,
 * 1 to 20 % a moderate, under 1 % an extreme imbalance; at 1 : 20 a step of 32 samples has one or two of the rare class.
 */
const MAX_RATIO = 20

const imbalancedLabels: Check = {
  name: 'imbalancedLabels',
  causes: ['constantTarget'],
  examine({ classes, given: { classWeight, y, names }, labelProblem }): Draft | null | string {
    if (labelProblem !== null) return 'the loss does not accept the targets'
    if (classes === null) return null
    const weighted = classes.counts.map((count, one) => count * (classWeight?.[one] ?? 1))
    const absent = [...classes.counts.keys()].filter((one) => classes.counts[one] === 0)
    const present = [...classes.counts.keys()].filter((one) => classes.counts[one] > 0)
    if (present.length < 2) return null
    const least = present.reduce((best, one) => (weighted[one] < weighted[best] ? one : best))
    const most = present.reduce((best, one) => (weighted[one] > weighted[best] ? one : best))
    const ratio = weighted[most] / weighted[least]
    const count = classes.counts[least]
    if (ratio < MAX_RATIO && absent.length === 0) return null
    if (ratio < MAX_RATIO) {
      return {
        severity: 'note',
        where: { outputs: firstPlaces(absent) },
        figures: { absent: absent.length },
        reason: `${absent.length === 1 ? `${capital(names.class(absent[0]))} has` : `${absent.length} classes have`} no row.`,
        remedy: 'Check that the classes are numbered from 0 without gaps, and that the last layer has a unit for each.',
        remedyOfModel: 'Add rows of these labels, or leave them out of target.labels.',
      }
    }
    return {
      severity: 'warning',
      where: { outputs: [least] },
      figures: { ratio, count, share: count / y.rows },
      reason: `${capital(names.class(least))} has ${counted(count, 'row')} of ${y.rows} (${percent(count / y.rows)}), ${names.class(most)} ${figure(ratio)} times ${classWeight === null ? 'as many' : 'its weight'}.`,
      remedy:
        'Set classWeight of fit, such as the number of rows over that of each class, and measure balanced accuracy or ROC AUC.',
      remedyOfModel: "Set classWeight: 'balanced' of Model.fit, and measure balanced accuracy or ROC AUC.",
    }
  },
}

export const targetChecks: readonly Check[] = [
  mismatchedLabels,
  mismatchedOutput,
  targetsOutOfRange,
  constantTarget,
  unscaledTargets,
  imbalancedLabels,
]
