/** What each input column of a model became. */
import { listed } from '../../../checks/words.js'
import { inputsOf } from '../../../data/columns/columns.js'
import type { Column, ColumnReport } from '../../../data/index.js'
import { counted, shownNumber } from '../../../page/numbers.js'
import type { DroppedColumn, ReportColumn } from '../parts/data.js'
import type { AnyModel } from './outcomes.js'

/** By the model's own report; a model that was made by hand, or is from an old file, has none. */
export function reportColumns({ columns, report }: AnyModel): ReportColumn[] {
  if (report !== null) return report.columns.map(fromReport)
  return columns.map((column) => ({
    name: column.name,
    type: column.type,
    inputs: inputsOf([column]),
    encoding: encodingOf(column),
  }))
}

export const droppedColumns = ({ report }: AnyModel): DroppedColumn[] =>
  (report?.dropped ?? []).map(({ name, note }) => ({ name, reason: note }))

function fromReport(column: ColumnReport): ReportColumn {
  const { name, type, inputs, missing } = column
  const parts = [...valuesOf(column), ...missingOf(column)]
  return { name, type, inputs: inputs.length, missing, encoding: parts.join('; ') }
}

/** The values of a column, and what they become. */
function valuesOf(column: ColumnReport): string[] {
  const { minimum, median, maximum, integers, scaler, trues, from, to, format, parts, categories } = column
  const found: string[] = []
  if (minimum !== undefined && maximum !== undefined) {
    const middle = median === undefined ? '' : `, median ${shownNumber(median)}`
    found.push(`${integers ? 'integers' : 'numbers'} from ${shownNumber(minimum)} to ${shownNumber(maximum)}${middle}`)
  }
  if (trues !== undefined) found.push(`${shownNumber(trues)} true`)
  if (from !== undefined && to !== undefined) found.push(`from ${day(from)} to ${day(to)}`)
  if (format !== undefined) found.push(`written ${format}`)
  if (parts !== undefined) found.push(parts.join(', '))
  if (categories !== undefined) found.push(...categoriesOf(column))
  if (scaler !== undefined) found.push(scaler === 'none' ? 'not scaled' : scaler)
  return found
}

/** A date without the time where that is midnight. */
const day = (date: string): string => date.replace('T00:00:00.000Z', '')

function categoriesOf({ categories = [], counts, otherValues = 0, otherRecords = 0, units }: ColumnReport): string[] {
  const withCounts = categories.map((value, i) =>
    counts === undefined ? String(value) : `${value} (${shownNumber(counts[i])})`,
  )
  const what = units === undefined ? 'one input' : `a vector of ${counted(units, 'number')}`
  const all = counted(categories.length, 'category', 'categories')
  const others = `other: ${counted(otherValues, 'rare value')} in ${counted(otherRecords, 'row')}`
  return [`${what} for each of ${all}: ${listed(withCounts)}`, ...(otherValues > 0 ? [others] : [])]
}

function missingOf({ missing, fill }: ColumnReport): string[] {
  if (missing === 0 || fill === undefined) return []
  return [`missing values become ${typeof fill === 'number' ? shownNumber(fill) : fill}`]
}

function encodingOf(column: Column): string {
  if (column.type === 'category') {
    const { categories } = column.encoder
    return `${counted(categories.length, 'category', 'categories')}: ${listed(categories)}`
  }
  if (column.type === 'date') return column.parts.join(', ')
  if (column.type === 'boolean') return 'true is 1, false −1'
  const { scaler } = column
  if (scaler === null) return 'not scaled'
  return `${scaler.type}: (value − ${shownNumber(scaler.center[0])}) / ${shownNumber(scaler.scale[0])}`
}
