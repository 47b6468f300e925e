/** The importance of columns, and predictions by single columns: on a seeded sample of rows, so that it ends in seconds. */
import type { ColumnImportance, PartialDependence, Target } from '../../../data/index.js'
import { isDate, isMissing } from '../../../data/records/records.js'
import type { Dependence, Importance } from '../parts/data.js'
import type { AnyModel, Records, Row } from './outcomes.js'
import { sampleOf } from './scatter.js'
import { scoreName } from './scores.js'

/** Each of five permutations of a column encodes all cells of the rows: this many, for all columns. About 10 seconds. */
const MAX_CELLS = 2e7
const REPEATS = 5
const MAX_ROWS = 2000
const MIN_ROWS = 200
/** The most columns that are permuted, and how many of a wide table at least. */
const MAX_COLUMNS = 100
const MIN_COLUMNS = 10
const DEPENDENCE_ROWS = 500
/** The most columns with predictions by their values. */
const SHOWN_COLUMNS = 6
/** The most categories of one of them. */
const SHOWN_VALUES = 12
/** The most labels whose probabilities are shown. */
const SHOWN_LABELS = 5

/** undefined where there is nothing to compare: one row, or one label. */
export function importanceOf(model: AnyModel, target: Target, records: Records, seed: number): Importance | undefined {
  const perRow = MAX_CELLS / (REPEATS * model.columns.length)
  const most = Math.floor(perRow / Math.min(MIN_ROWS, records.length))
  const columns = model.columns.slice(0, Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, most))).map(({ name }) => name)
  const count = Math.min(MAX_ROWS, Math.max(MIN_ROWS, Math.floor(perRow / columns.length)))
  const sample = sampleOf(records.length, count, seed).map((i) => records[i] as Row)
  if (new Set(sample.map((row) => row[target.name])).size < 2) return undefined
  const score = 'encoder' in target ? 'rocAuc' : 'r2'
  const found: ColumnImportance[] = model.importance(sample, {
    target: target.name,
    score,
    columns,
    repeats: REPEATS,
    seed,
  })
  return {
    score: scoreName(score),
    rows: sample.length,
    columns: found.map(({ columns: [name], importance, standardDeviation }) => ({
      name,
      mean: importance,
      deviation: standardDeviation,
    })),
    notPermuted: model.columns.length - columns.length,
  }
}

/** @param names the columns, the most important first */
export function dependenceOf(
  model: AnyModel,
  target: Target,
  records: Records,
  names: readonly string[],
  seed: number,
): Dependence[] {
  const sample = sampleOf(records.length, DEPENDENCE_ROWS, seed).map((i) => records[i] as Row)
  return names
    .slice(0, SHOWN_COLUMNS)
    .filter((name) => sample.some((row) => !isMissing(row[name])))
    .map((name) => {
      const values = categoriesOf(model, name)
      const options = { target: target.name, ...(values === undefined ? {} : { values }) }
      return dependence(model.partialDependence(sample, name, options), target.name)
    })
}

/** The most frequent categories of a column in their order; undefined for other columns. */
function categoriesOf({ report }: AnyModel, name: string): readonly unknown[] | undefined {
  const { categories, counts } = report?.columns.find((column) => column.name === name) ?? {}
  if (categories === undefined || counts === undefined) return undefined
  const places = categories.map((_, i) => i).sort((a, b) => counts[b] - counts[a] || a - b)
  const kept = places.slice(0, SHOWN_VALUES).sort((a, b) => a - b)
  return kept.map((i) => categories[i])
}

/** Of two labels, only the second is shown: the probabilities of the first are 1 less those. Of many, the most probable. */
function dependence({ column, values, labels, means }: PartialDependence, target: string): Dependence {
  const outputs = labels?.length ?? 1
  const totalOf = (j: number) => values.reduce((sum: number, _, i) => sum + means[i * outputs + j], 0)
  const ranked = Array.from({ length: outputs }, (_, j) => j).sort((a, b) => totalOf(b) - totalOf(a) || a - b)
  const shown = outputs === 2 ? [1] : ranked.slice(0, SHOWN_LABELS).sort((a, b) => a - b)
  const series = shown.map((j) => ({
    name: labels === null ? target : String(labels[j]),
    means: values.map((_, i) => means[i * outputs + j]),
  }))
  const isNumeric = values.every((value) => typeof value === 'number')
  return { column, values: isNumeric ? (values as number[]) : values.map(shownValue), series }
}

/** `2026-11-28` */
const DAY_LETTERS = 10

function shownValue(value: unknown): string {
  if (value === null) return '(missing)'
  return isDate(value) ? value.toISOString().slice(0, DAY_LETTERS) : String(value)
}
