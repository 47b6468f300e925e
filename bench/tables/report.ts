/** The report of the bench: a table of mean scores, and one of seconds. */
import { mean, sampleStandardDeviation } from 'simple-statistics'
import { type Column, renderMarkdown, renderTable } from '../harness/table.js'
import { number } from '../harness/text.js'
import type { TableSpec } from './catalog.js'
import type { PeerResult } from './measure.js'

interface Line {
  readonly table: string
  readonly measure: string
  readonly rows: number
  /** For each peer, its score and its seconds of one fold; undefined where it has none. */
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
      const seconds = mean(folds.map((fold) => fold.seconds))
      return { score: mean(scores), deviation: sampleStandardDeviation(scores), seconds }
    }),
  }))
}

const NONE = '–'

const columnsOf = (results: readonly PeerResult[], text: 'score' | 'seconds'): Column<Line>[] => [
  ['table', 'left', ({ table }) => table],
  ['rows', 'right', ({ rows }) => rows.toLocaleString('en')],
  ...(text === 'score' ? ([['measure', 'left', ({ measure }: Line) => measure]] as Column<Line>[]) : []),
  ...results.map(({ peer }, i): Column<Line> => {
    const cell = ({ cells }: Line) => {
      const one = cells[i]
      if (one === undefined) return NONE
      return text === 'seconds' ? number(one.seconds) : `${one.score.toFixed(3)} ± ${one.deviation.toFixed(3)}`
    }
    return [peer, 'right', cell]
  }),
]

/** The tables for a terminal, and why a peer has no score. */
export function renderReport(lines: readonly Line[], results: readonly PeerResult[]): string {
  const reasons = results.flatMap(({ peer, missing, cells }) => [
    ...(missing === undefined ? [] : [`${peer}: ${missing}`]),
    ...cells.flatMap(({ table, reason }) => (reason === undefined ? [] : [`${peer}, ${table}: ${reason}`])),
  ])
  return [
    'Mean scores over the folds, with their standard deviations:',
    renderTable(lines, columnsOf(results, 'score'), { dense: true }),
    'Seconds of the processor for one fold, training and prediction:',
    renderTable(lines, columnsOf(results, 'seconds'), { dense: true }),
    ...reasons,
  ].join('\n')
}

/** The same tables for a page. */
export const renderPage = (lines: readonly Line[], results: readonly PeerResult[]): string =>
  [
    '# Tables',
    'Mean scores over the folds, with their standard deviations:',
    renderMarkdown(lines, columnsOf(results, 'score')).trimEnd(),
    'Seconds of the processor for one fold, training and prediction:',
    renderMarkdown(lines, columnsOf(results, 'seconds')),
  ].join('\n\n')
