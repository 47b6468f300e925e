/** The scores of a model as text. */
import type { Model, ModelEvaluation, TargetType } from '../../data/index.js'
import { figure } from './progress.js'

/** Wider confusion matrices are not shown. */
const MAX_LABELS = 12

/** A line for each score; the confusion matrix as a table, true labels in rows. */
export function scoresText({ labels }: Model, scores: ModelEvaluation<TargetType>): string[] {
  const entries = Object.entries(scores)
  const width = Math.max(...entries.map(([name]) => wordsOf(name).length))
  const numbers = entries.flatMap(([name, value]) =>
    typeof value === 'number' ? [`  ${wordsOf(name).padEnd(width)}  ${figure(value)}`] : [],
  )
  const { confusionMatrix } = scores as { readonly confusionMatrix?: Float64Array }
  return confusionMatrix === undefined || labels.length > MAX_LABELS
    ? numbers
    : [...numbers, '  predicted →', ...matrix(labels.map(String), confusionMatrix)]
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
