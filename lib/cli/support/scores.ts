/** The scores of a model as text. */
import type { Model } from '../../data/index.js'
import { figure } from './progress.js'

/** What an evaluation says about its rows. */
export const ROW_COUNTS = ['rows', 'withoutTarget']

/** Wider confusion matrices are not shown. */
const MAX_LABELS = 12

/** The scores of one target. */
type Scores = Readonly<Record<string, unknown>>

/** Scores as plain data. */
export const plainScores = (scores: object): Scores => JSON.parse(JSON.stringify(scores)) as Scores

/** `60 rows, 30 left out because species is missing`; of several targets how many lack each. */
export function rowsText({ targets }: Model, scores: object, all: number): string {
  const withoutOf = (own: unknown): number => (own as { withoutTarget: number }).withoutTarget
  const lacking = targets
    .map(({ name }) => {
      const own = targets.length === 1 ? scores : (scores as Readonly<Record<string, unknown>>)[name]
      return { name, count: withoutOf(own) }
    })
    .filter(({ count }) => count > 0)
  const rows = targets.length === 1 ? all - withoutOf(scores) : all
  const left = lacking.map(({ name, count }) => {
    const where = targets.length === 1 ? 'left out' : `left out of ${name}`
    return `, ${count} ${where} because ${targets.length === 1 ? name : 'it'} is missing`
  })
  return `${rows} rows${left.join('')}`
}

/** A line for each score of each target; confusion matrices as tables, true labels in rows. */
export function scoresText({ targets }: Model, scores: object): string[] {
  if (targets.length === 1) return targetText(targets[0], scores as Scores)
  return targets.flatMap((target) => [
    `${target.name}:`,
    ...targetText(target, (scores as Readonly<Record<string, Scores>>)[target.name]),
  ])
}

function targetText(target: Model['target'], scores: Scores): string[] {
  const numbers = Object.entries(scores).filter(
    ([name, value]) => typeof value === 'number' && !ROW_COUNTS.includes(name),
  )
  const width = Math.max(...numbers.map(([name]) => wordsOf(name).length))
  const lines = numbers.map(([name, value]) => `  ${wordsOf(name).padEnd(width)}  ${figure(value as number)}`)
  if (!('encoder' in target) || target.encoder.labels.length > MAX_LABELS) return lines
  const labels = target.encoder.labels.map(String)
  return [...lines, '  predicted →', ...matrix(labels, scores.confusionMatrix as Float64Array)]
}

/** `meanAbsoluteError` as words. */
const wordsOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

function matrix(labels: readonly string[], counts: Float64Array): string[] {
  const n = labels.length
  const cells = [
    ['', ...labels],
    ...labels.map((label, i) => [label, ...Array.from(counts.subarray(i * n, (i + 1) * n), String)]),
  ]
  const widths = cells[0].map((_, j) => Math.max(...cells.map((row) => row[j].length)))
  return cells.map(
    (row) => `  ${row.map((cell, j) => (j === 0 ? cell.padEnd(widths[j]) : cell.padStart(widths[j]))).join('  ')}`,
  )
}
