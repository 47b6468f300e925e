/** The trials of a study as rows of a table. */
import { cellOf } from './labels.js'
import type { StudyData } from './study-data.js'

/** A row: a value for each column; null where a trial does not have it. */
export type TableRow = Readonly<Record<string, string | number | null>>

const COLUMNS = ['number', 'state', 'value', 'epochs'] as const

/** The name of a column with the values of a parameter. */
const columnOf = (name: string): string =>
  (COLUMNS as readonly string[]).includes(name) ? `${name} (parameter)` : name

/**
 * A row for each trial, in their order, for `console.table` or a CSV file: number, state, value (null where it failed),
 * epochs, and the value of each parameter, null where the trial does not have it. Values of choices are short labels. All
 * rows have the same columns.
 */
export function studyTable({ space, trials }: Pick<StudyData, 'space' | 'trials'>): TableRow[] {
  const columns = space.parameters.map((parameter) => ({
    name: parameter.name,
    column: columnOf(parameter.name),
    cell: cellOf(parameter),
  }))
  return trials.map(({ number, state, value, epochs, draw }) =>
    Object.fromEntries<string | number | null>([
      ['number', number],
      ['state', state],
      ['value', value],
      ['epochs', epochs],
      ...columns.map(
        ({ name, column, cell }) => [column, Object.hasOwn(draw, name) ? cell(draw[name]) : null] as const,
      ),
    ]),
  )
}
