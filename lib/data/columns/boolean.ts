/** Columns of true and false, or of words for them: one input, 1 or -1, and where values were missing one that marks these. */
import { wrongType, wrongValue } from '../../checks/errors.js'
import { oneOf } from '../../checks/validate.js'
import { areBooleans, booleanOf } from '../records/booleans.js'
import { finite } from '../records/checks.js'
import { cellName, isMissing, MISSING } from '../records/records.js'
import {
  type ColumnType,
  checkIndicator,
  constantColumn,
  type Given,
  INPUT_AND_INDICATOR,
  indicatorOption,
  leaveOut,
  onlyOptions,
  refuseMissing,
  sameValue,
  type Target,
  withoutValues,
} from './column-type.js'

export interface BooleanColumn {
  readonly name: string
  readonly type: 'boolean'
  /** The input for a missing value, from -1 to 1. Without it a missing value is an error. */
  readonly fill?: number
  /** Whether a second input is 1 where the value is missing, else 0. Default false. */
  readonly indicator?: boolean
}

export interface BooleanColumnOptions {
  type?: 'boolean'
  /** What a missing value becomes: 0, between true (1) and false (-1); one of these; or an error. Default `zero`. */
  missing?: 'zero' | boolean | 'error'
  /** Whether an input marks missing values. Default `auto`: where a value is missing in the records trained on. */
  indicator?: boolean | 'auto'
}

const EXPECTED = 'true or false'

/** The value of true and false and of words for them, such as yes and no; undefined for others. */
const truthOf = (cell: unknown): boolean | undefined =>
  typeof cell === 'string' ? booleanOf(cell) : typeof cell === 'boolean' ? cell : undefined

/** The input for a missing value; null: an error. */
function fillOf(given: unknown, where: string): number | null {
  if (given === undefined || given === 'zero') return 0
  if (typeof given === 'boolean') return given ? 1 : -1
  oneOf(given, where, "'zero', true, false, or 'error'", ['zero', 'error'])
  return null
}

/** Writes the inputs of values. */
export function encodeBoolean(
  { name, fill, indicator }: BooleanColumn,
  values: readonly unknown[],
  { x, inputs, start, nameOf }: Target,
): void {
  for (let i = 0, at = start; i < values.length; i++, at += inputs) {
    const value = values[i]
    const known = truthOf(value)
    if (known !== undefined) x[at] = known ? 1 : -1
    else if (fill !== undefined && isMissing(value)) {
      x[at] = fill
      if (indicator === true) x[at + 1] = 1
    } else throw wrongType(EXPECTED, cellName(name, nameOf(i)), value, isMissing(value) ? MISSING : undefined)
  }
}

const OPTIONS = ['missing', 'indicator']
/** What `missing` may be of categories. */
const CATEGORY_WORDS: readonly unknown[] = ['category', 'other']

/** Whether options may be of this type. Those of categories keep words as categories. */
const isForBooleans = (options: Given): boolean =>
  onlyOptions(options, OPTIONS) && !CATEGORY_WORDS.includes(options.missing)

export const booleanColumn: ColumnType<BooleanColumn> = {
  infer({ values }, { numbers, texts, booleans, dates }, options) {
    if (numbers + dates > 0) return false
    if (texts === 0) return booleans > 0
    return booleans === 0 && isForBooleans(options) && areBooleans(values)
  },
  options: OPTIONS,
  fit(cells, options) {
    const { name, values, where } = cells
    let trues = 0
    for (const [i, value] of values.entries()) {
      const known = truthOf(value)
      if (known === true) trues++
      else if (known === undefined && !isMissing(value)) {
        throw wrongType(EXPECTED, cellName(name, cells.nameOf(i)), value)
      }
    }
    const present = values.length - cells.missing
    if (present === 0) return withoutValues(cells)
    const fill = fillOf(options.missing, `${where}.missing`)
    if (fill === null) refuseMissing(cells)
    const indicator = fill !== null && indicatorOption(options, cells)
    if ((trues === 0 || trues === present) && !indicator) {
      const value = trues > 0
      return leaveOut(cells, 'constant', sameValue(value, cells), () => constantColumn(cells, value))
    }
    return {
      column: { name, type: 'boolean', ...(fill === null ? {} : { fill }), ...(indicator ? { indicator } : {}) },
      report: { ...(fill === null ? {} : { fill }), trues },
    }
  },
  keys: ['fill', 'indicator'],
  check(given: Given, name, where) {
    const fill = given.fill === undefined ? undefined : finite(given.fill, `${where}.fill`)
    if (fill !== undefined && Math.abs(fill) > 1) throw wrongValue('a number from -1 to 1', `${where}.fill`, fill)
    return Object.freeze({
      name,
      type: 'boolean',
      ...(fill === undefined ? {} : { fill }),
      ...checkIndicator(given, where),
    })
  },
  ...INPUT_AND_INDICATOR,
}
