/** The report of the bench: a table of mean scores, and one of seconds. */
import { mean, sampleStandardDeviation } from 'simple-statistics'
import { type Column, renderMarkdown, renderTable } from '../harness/table.js'
import { number, wrap } from '../harness/text.js'
import type { TableSpec } from './catalog.js'
import type { PeerResult } from './measure.js'

interface Line {
  readonly table: string
  readonly measure: string
  readonly rows: number
  /** For each peer, its score and its seconds of one fold of the first seed; undefined where it has none. */
  readonly cells: ({ score: number; deviation: number; seconds: number } | undefined)[]
}

export interface Measured {
  readonly spec: TableSpec
  readonly rows: number
}

export function linesOf(tables: readonly Measured[], results: readonly PeerResult[]): Line[] {
  return tables.map(({ spec: { name, measure }, rows }) => ({
    table: name,
    measure,
    rows,
    cells: results.map(({ cells }) => {
      const folds = cells.find(({ table }) => table === name)?.folds ?? []
      if (folds.length === 0) return undefined
      const scores = folds.map(({ score }) => score)
      // Of the first seed, whose folds can be timed again on a machine without other load.
      const first = Math.min(...folds.map(({ seed }) => seed))
      const seconds = mean(folds.filter(({ seed }) => seed === first).map((fold) => fold.seconds))
      return { score: mean(scores), deviation: sampleStandardDeviation(scores), seconds }
    }),
  }))
}

type Shown = (one: NonNullable<Line['cells'][number]>) => string

const shortScore: Shown = ({ score }) => score.toFixed(3)
const fullScore: Shown = ({ score, deviation }) => `${score.toFixed(3)} ± ${deviation.toFixed(3)}`
const seconds: Shown = (one) => number(one.seconds)

const NONE = '–'
const NAME: Column<Line> = ['table', 'left', ({ table }) => table]
const ROWS: Column<Line> = ['rows', 'right', ({ rows }) => rows.toLocaleString('en')]
const MEASURE: Column<Line> = ['measure', 'left', ({ measure }) => measure]

/** Left columns: a terminal breaks the names of peers into lines. */
const cellsOf = (results: readonly PeerResult[], shown: Shown): Column<Line>[] =>
  results.map(({ peer }, i): Column<Line> => {
    const cell = ({ cells }: Line) => {
      const one = cells[i]
      return one === undefined ? NONE : shown(one)
    }
    return [peer, 'left', cell]
  })

/** The tables for a terminal, and why a peer has no score. */
export function renderReport(lines: readonly Line[], results: readonly PeerResult[]): string {
  const reasons = results.flatMap(({ peer, missing, cells }) => [
    ...(missing === undefined ? [] : [`${peer}: ${missing}`]),
    ...cells.flatMap(({ table, reason }) => (reason === undefined ? [] : [`${peer}, ${table}: ${reason}`])),
  ])
  return [
    'Mean scores over the folds:',
    renderTable(lines, [NAME, ...cellsOf(results, shortScore)], { dense: true }),
    'Seconds of the processor for one fold, training and prediction:',
    renderTable(lines, [NAME, ...cellsOf(results, seconds)], { dense: true }),
    ...reasons.map((reason) => wrap(reason)),
  ].join('\n')
}

/** The same tables for a page, with the standard deviations over the folds. */
export const renderPage = (lines: readonly Line[], results: readonly PeerResult[]): string =>
  [
    '# Tables',
    'Mean scores over the folds, with their standard deviations:',
    renderMarkdown(lines, [NAME, ROWS, MEASURE, ...cellsOf(results, fullScore)]).trimEnd(),
    'Seconds of the processor for one fold, training and prediction:',
    renderMarkdown(lines, [NAME, ROWS, ...cellsOf(results, seconds)]),
  ].join('\n\n')
