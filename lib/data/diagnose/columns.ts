/** Checks of single columns: values that are not finite or no categories, constant columns, columns that are not scaled. */
import { activationRegistry, layerRegistry } from '../../checks/registry.js'
import type { NetworkPlan } from '../../kernels/plan.js'
import type { Check, Examined } from './examined.js'
import { counted, figure, firstPlaces, inBrackets, sentenceStart } from './finding.js'
import type { GivenRows } from './options.js'
import { isConstant } from './sample.js'

/** The values that are not finite: how many, and the first one. */
function notFinite({ values, columns }: GivenRows) {
  let [count, first] = [0, -1]
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue
    if (count === 0) first = i
    count++
  }
  return { count, row: Math.floor(first / columns), column: first % columns, value: values[first] }
}

const notFiniteValues: Check = {
  name: 'notFiniteValues',
  causes: [],
  examine({ given: { x, y }, allFinite, nameOf }) {
    if (allFinite) return null
    const [ofX, ofY] = [notFinite(x), notFinite(y)]
    const inX = ofX.count > 0
    const { row, column, value } = inX ? ofX : ofY
    const place = inX ? nameOf(column) : y.columns === 1 ? 'y' : `column ${column} of y`
    return {
      severity: 'error',
      where: { rows: [row], ...(inX ? { columns: [column] } : { outputs: [column] }) },
      figures: { inInputs: ofX.count, inTargets: ofY.count },
      reason: `${counted(ofX.count + ofY.count, 'value')} of x and y are not finite: row ${row} has ${value} in ${place}.`,
      remedy: 'Remove such rows, or fill in the missing values, for example with the median of the column.',
    }
  },
}

const unknownCategories: Check = {
  name: 'unknownCategories',
  causes: [],
  examine({ unknownCategory, categories, nameOf }) {
    if (unknownCategory === null) return null
    const { row, column, value } = unknownCategory
    const count = categories[column]
    return {
      severity: 'error',
      where: { columns: [column], rows: [row] },
      figures: { value, categories: count },
      reason: `The embedding takes categories from 0 to ${count - 1} in ${nameOf(column)}, and row ${row} has ${value}.`,
      remedy: 'Number the categories from 0, for example with labelEncoder, or raise categories of that column.',
    }
  },
}

/** Whether a column has one value in all rows, not only in the sample. */
function isConstantInAll({ values, columns, rows }: GivenRows, column: number, tolerance: number): boolean {
  const first = values[column]
  for (let row = 0; row < rows; row++) {
    if (Math.abs(values[row * columns + column] - first) > tolerance) return false
  }
  return true
}

/** The fewest rows in which a column can be said to be constant. */
const MIN_ROWS = 2

const constantColumns: Check = {
  name: 'constantColumns',
  causes: [],
  examine(examined) {
    const { given, sample, columnStatistics } = examined
    if (sample.length < MIN_ROWS) return `it needs ${MIN_ROWS} finite rows`
    const found = columnStatistics.flatMap((statistics, column) => {
      const { largest } = statistics
      return isConstant(statistics) && isConstantInAll(given.x, column, largest * 2 ** -40) ? [column] : []
    })
    if (found.length === 0) return null
    const names = found.map((column) => examined.nameOf(column))
    // A column of zeros changes no output: images have them at the border.
    const zeros = found.filter((column) => columnStatistics[column].largest === 0)
    const isHarmless = zeros.length === found.length && found.length < given.x.columns / 2
    const start = sentenceStart(names, 'columns', 'has', 'have')
    return {
      severity: isHarmless ? 'note' : 'warning',
      where: { columns: firstPlaces(found) },
      figures: { columns: found.length, value: columnStatistics[found[0]].mean },
      reason: `${capital(start)} the same value in every row${inBrackets(names)}.`,
      remedy: 'Leave them out: they tell the network nothing, and a scaler cannot scale them.',
    }
  },
}

/**
 * LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998, section 4.3: inputs should have a mean near 0 and about the
 * same variance, near 1. Values of about 6, such as centimetres of a flower, still train; pixels up to 255 hardly.
 */
const MAX_SIZE = 10
/** From this size on a step of usual length changes z by so much that training does not work. */
const IMPOSSIBLE_SIZE = 1000
/** Below this largest value a column adds nothing to z that a usual weight could show. */
const MIN_LARGEST = 0.01
/** The largest mean, in standard deviations: beyond it the rows hardly differ for the first layer. */
const MAX_OFFSET = 50

/** How far a column is from a usual one, as a factor; 1 or less: not far. */
function misscaling({ mean, deviation, size, largest }: Examined['columnStatistics'][number]): number {
  return Math.max(size / MAX_SIZE, MIN_LARGEST / largest, Math.abs(mean) / deviation / MAX_OFFSET)
}

/** Whether the first layer that computes something normalizes each unit over the batch. */
function startsNormalized({ layers }: NetworkPlan): boolean {
  const types = layers.map(({ kind }) => layerRegistry.at(kind).name)
  return types.find((type) => type !== 'embedding' && type !== 'dropout') === 'batchNormalization'
}

const unscaledInputs: Check = {
  name: 'unscaledInputs',
  causes: [],
  examine(examined) {
    const { columnStatistics, categories, plan, sample } = examined
    if (sample.length === 0) return 'every row has a value that is not finite'
    const far = columnStatistics.map((one, column) => (categories[column] > 0 || isConstant(one) ? 0 : misscaling(one)))
    const found = [...far.keys()].filter((column) => far[column] > 1).sort((a, b) => far[b] - far[a] || a - b)
    if (found.length === 0) return null
    const [worst] = found
    const { mean, deviation, size, largest } = columnStatistics[worst]
    const numbers = `a mean of ${figure(mean)} and a standard deviation of ${figure(deviation)}`
    const others = found.length - 1
    const normalized = startsNormalized(plan)
    return {
      severity: normalized ? 'note' : size > IMPOSSIBLE_SIZE ? 'error' : 'warning',
      where: { columns: firstPlaces(found) },
      figures: { columns: found.length, mean, deviation, size, largest },
      reason:
        `${capital(examined.nameOf(worst))} has ${numbers}` +
        `${others === 0 ? '' : `, and ${counted(others, 'other column')} ${others === 1 ? 'is' : 'are'} not scaled either`}` +
        '; networks learn from values of about -1 to 1.',
      remedy: normalized
        ? 'The batchNormalization before the first layer scales them; a scaler makes predictions of single rows exact too.'
        : 'Scale x by a scaler that is fitted to the training rows: standardScaler.fit(x).transform(x).',
      remedyOfModel: "Leave the scaler of such columns to Model.fit, or pass 'robustScaler' in their options.",
    }
  },
}

/** A sentence with a capital letter. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The name of the last activation. */
export const lastActivation = ({ layers }: NetworkPlan): string =>
  activationRegistry.at(layers[layers.length - 1].activation).name

export const columnChecks: readonly Check[] = [notFiniteValues, unknownCategories, constantColumns, unscaledInputs]
