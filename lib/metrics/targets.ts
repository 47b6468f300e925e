/** Which targets the metrics of classes take: a row's class must be plain, or an error says what to do. */
import { wrongSize, wrongValue } from '../checks/errors.js'
import { largestIn } from './classes.js'
import type { Metric } from './table.js'

/** Targets, [rows × outputs], with the name of each in error messages. */
export interface NamedTargets {
  readonly values: Float64Array
  readonly outputs: number
  /** Of a row, or of one output of it. */
  nameOf(row: number, output?: number): string
}

/** What needs classes, and what to do where a value is none. */
export interface ClassUse {
  /** `class`: one for each row; `classes`: one for each output. */
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
 * @throws RangeError for the first that has none
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

/** A row's class is the place of its largest value. Probabilities may be equal: the first counts. */
function requireOneLargest({ values, outputs, nameOf }: NamedTargets, use: ClassUse): void {
  for (let row = 0; row * outputs < values.length; row++) {
    const first = row * outputs
    const largest = values[first + largestIn(values, row, outputs)]
    let ties = 0
    let sum = 0
    let least = Infinity
    for (let i = first; i < first + outputs; i++) {
      if (values[i] === largest) ties++
      sum += values[i]
      least = Math.min(least, values[i])
    }
    if (ties === 1 || (least >= 0 && Math.abs(sum - 1) <= SUM_TOLERANCE)) continue
    const received = `one in which ${ties} values are ${largest}`
    throw wrongSize('a row with one largest value, its class,', nameOf(row), received, use.tied)
  }
}

const FOR_NUMBERS = 'for numbers, use meanAbsoluteError, rootMeanSquaredError or r2'

/** @param several what to do where there are more than two classes */
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
    tied: `${name} takes the place of the largest value for the class. For several classes in a row, use binaryAccuracy.`,
  }
}

/**
 * Checks targets for all metrics that need classes.
 * @param signs whether the loss takes targets of -1 and 1
 * @param several what to do where there are more than two classes
 * @returns whether classes are -1 and 1: in all of the targets, or in none
 * @throws RangeError for the first target that has no class
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
