/** The targets that metrics of classes accept: each row must have one class, or an error states the remedy. */
import { wrongSize, wrongValue } from '../checks/errors.js'
import { largestIn } from '../kernels/metrics/classes.js'
import type { Metric } from './table.js'

/** Targets, [rows × outputs], with their names in error messages. */
export interface NamedTargets {
  readonly values: Float64Array
  readonly outputs: number
  /** The name of a row, or of one output of it. */
  nameOf(row: number, output?: number): string
}

/** A use of classes, and the remedies where a value has no class. */
export interface ClassUse {
  /** `class`: one per row; `classes`: one per output. */
  readonly targets: 'class' | 'classes'
  /** For a value that is neither of two classes. */
  remedy(value: number): string
  /** For a row that has several largest values. */
  readonly tied: string
}

/** Whether the two classes of an output are -1 and 1, not 0 and 1. */
export const haveSigns = (targets: Float64Array): boolean => targets.includes(-1)

/**
 * Checks that each target has a class.
 * @param signs whether classes are -1 and 1, not 0 and 1
 * @throws RangeError for the first one without a class
 */
export function requireClasses(targets: NamedTargets, signs: boolean, use: ClassUse): void {
  if (targets.outputs > 1 && use.targets === 'class') requireOneLargest(targets, use)
  else requireTwoClasses(targets, signs, use)
}

function requireTwoClasses({ values, outputs, nameOf }: NamedTargets, signs: boolean, use: ClassUse): void {
  const other = signs ? -1 : 0
  const broken = values.findIndex((value) => value !== 1 && value !== other)
  if (broken < 0) return
  const value = values[broken]
  const expected = signs ? 'the class -1 or 1, as there are targets of -1,' : 'the class 0 (or -1) or 1'
  throw wrongValue(expected, nameOf(Math.floor(broken / outputs), broken % outputs), value, use.remedy(value))
}

const SUM_TOLERANCE = 1e-6

/** The class of a row is the index of its largest value. Of equal probabilities the first counts. */
function requireOneLargest({ values, outputs, nameOf }: NamedTargets, use: ClassUse): void {
  for (let row = 0; row * outputs < values.length; row++) {
    const first = row * outputs
    const largest = values[first + largestIn(values, row, outputs)]
    let ties = 0
    let sum = 0
    let min = Infinity
    for (let i = first; i < first + outputs; i++) {
      if (values[i] === largest) ties++
      sum += values[i]
      min = Math.min(min, values[i])
    }
    if (ties === 1 || (min >= 0 && Math.abs(sum - 1) <= SUM_TOLERANCE)) continue
    const received = `one in which ${ties} values are ${largest}`
    throw wrongSize('a row with one largest value, its class,', nameOf(row), received, use.tied)
  }
}

const FOR_NUMBERS = 'for numbers, use meanAbsoluteError, rootMeanSquaredError or r2'

/** @param several the remedy for more than two classes */
export function useOfMetric(name: string, targets: 'class' | 'classes', several: string): ClassUse {
  return {
    targets,
    remedy(value) {
      const way =
        Number.isInteger(value) && value > 1
          ? `For more than two, ${several}; `
          : value > 0 && value < 1
            ? 'Round probabilities to 0 or 1; '
            : ''
      const rest = way === '' ? `F${FOR_NUMBERS.slice(1)}` : `${way}${FOR_NUMBERS}`
      return `${name} compares classes. ${rest}.`
    },
    tied: `${name} uses the index of the largest value as the class. For several classes per row, use binaryAccuracy.`,
  }
}

/**
 * Checks targets for all metrics that need classes.
 * @param signs whether the loss has targets of -1 and 1
 * @param several the remedy for more than two classes
 * @returns whether classes are -1 and 1: in all of the targets, or in none
 * @throws RangeError for the first target without a class
 */
export function checkTargets(
  metrics: readonly { readonly name: string; readonly entry: Metric }[],
  all: readonly NamedTargets[],
  signs: boolean,
  several: string,
): boolean {
  const uses = metrics.flatMap(({ name, entry: { targets } }) =>
    targets === 'numbers' ? [] : [useOfMetric(name, targets, several)],
  )
  if (uses.length === 0) return false
  const areSigns = signs || all.some(({ values }) => haveSigns(values))
  for (const kind of ['class', 'classes'] as const) {
    const use = uses.find(({ targets }) => targets === kind)
    if (use !== undefined) for (const targets of all) requireClasses(targets, areSigns, use)
  }
  return areSigns
}
