/** The report of `train`: which rows it scores, and the command that trains the same model. */
import type { Model } from '../../data/index.js'
import type { Source } from '../support/source.js'
import type { TableRecord } from '../support/table.js'
import { type Recipe, type Rows, validationPlaces } from '../support/training.js'
import { type ReportOptions, reportData } from './report-data.js'
import { reportPage } from './report-page.js'

/** What `train` did. */
export interface Training {
  readonly model: Model
  readonly rows: Rows
  /** The number of a row in the table, from 1. */
  readonly numberOf: (record: TableRecord) => number
  readonly recipe: Recipe
  readonly source: Source
  /** The words of the command line after `train`; null where the same command would not train the same model. */
  readonly words: readonly string[] | null
}

/** The page. It scores the test rows or, without these, the validation rows; of very small tables the rows trained on. */
export function trainingReport({ model, rows, numberOf, recipe, source, words }: Training): string {
  const { seed } = recipe
  const { records, ...parts } = scoredRows(model, rows, recipe)
  return reportPage(
    reportData(model, records, {
      ...parts,
      seed,
      source: source.name,
      nameOf: (i) => String(numberOf(records[i])),
      ...(words === null ? {} : { command: ['npx', 'lockstep-nn', 'train', ...words].map(quoted).join(' ') }),
    }),
  )
}

type Scored = Pick<ReportOptions, 'part' | 'trained'> & {
  readonly records: readonly TableRecord[]
}

function scoredRows(model: Model, { train, test }: Rows, recipe: Recipe): Scored {
  const validation = new Set(validationPlaces(model, train, recipe))
  const trained = train.filter((_, i) => !validation.has(i))
  if (test.length > 0) return { part: 'test', trained, records: test }
  if (validation.size === 0) return { part: 'training', trained, records: train }
  return { part: 'validation', trained, records: train.filter((_, i) => validation.has(i)) }
}

/** A word of a command line, in quotes where a shell would change it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
