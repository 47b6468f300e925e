/** The report of `train`: which rows it scores, and the command that trains the same model. */
import type { Model } from '../../data/index.js'
import type { Source } from '../support/source.js'
import type { Table, TableRecord } from '../support/table.js'
import { divideRows, type Recipe, type Rows, validationPlaces } from '../support/training.js'
import { type ReportOptions, reportData } from './report-data.js'
import { reportPage } from './report-page.js'

/** What `train` did. */
export interface Training {
  readonly model: Model
  readonly table: Table
  readonly rows: Rows
  readonly recipe: Recipe
  readonly source: Source
  /** The words of the command line after `train`; null where the same command would not train the same model. */
  readonly words: readonly string[] | null
}

/** The page. It scores the test rows or, without these, the validation rows; of very small tables the rows trained on. */
export function trainingReport({ model, table, rows, recipe, source, words }: Training): string {
  const { seed } = recipe
  const { records, names, ...parts } = scoredRows(model, table, rows, recipe)
  return reportPage(
    reportData(model, records, {
      ...parts,
      seed,
      source: source.name,
      nameOf: (i) => names[i],
      ...(words === null ? {} : { command: ['npx', 'lockstep-nn', 'train', ...words].map(quoted).join(' ') }),
    }),
  )
}

type Scored = Pick<ReportOptions, 'part' | 'trained'> & {
  readonly records: readonly TableRecord[]
  /** The number of each record in the table, from 1. */
  readonly names: readonly string[]
}

function scoredRows(model: Model, table: Table, { train, test }: Rows, recipe: Recipe): Scored {
  const numbers = new Map(table.records.map((record, i) => [record, String(i + 1)]))
  // Without --drop, the records of the parts are those of the table.
  const own = divideRows(table, '', { ...recipe, drop: [] })
  const numbersOf = (records: readonly TableRecord[]) => records.map((record) => numbers.get(record) as string)
  const validation = new Set(validationPlaces(model, train, recipe))
  const trained = train.filter((_, i) => !validation.has(i))
  if (test.length > 0) return { part: 'test', trained, records: test, names: numbersOf(own.test) }
  if (validation.size === 0) return { part: 'training', trained, records: train, names: numbersOf(own.train) }
  const chosen = <Item>(items: readonly Item[]): Item[] => items.filter((_, i) => validation.has(i))
  return { part: 'validation', trained, records: chosen(train), names: chosen(numbersOf(own.train)) }
}

/** A word of a command line, in quotes where a shell would change it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
