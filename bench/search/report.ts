/** What a part of the bench has measured, for a terminal, a file and a page. */
import { type Column, renderMarkdown, renderTable } from '../harness/table.js'
import { wrap } from '../harness/text.js'

export interface PartReport {
  /** The figures, for the file of the part. */
  readonly rows: readonly object[]
  readonly terminal: string
  readonly markdown: string
}

export interface PartOptions {
  readonly quick: boolean
  readonly rounds: number
  /** Of XOR. */
  readonly epochs: number
  readonly trials: number
  /** Of the queue. */
  readonly trainings: number
}

/** A part of the bench: measured, printed and published by itself. */
export interface Part {
  /** How often each way is measured, without `--rounds`. */
  readonly rounds: number
  /** The page with its table. */
  readonly page: string
  /** Throws CannotMeasure where the machine lacks something. */
  measure(options: PartOptions): Promise<PartReport>
}

/** `notes`: lines below the table. */
export function reportOf<Row extends object>(
  title: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  notes: readonly string[] = [],
): PartReport {
  return {
    rows,
    terminal: [wrap(title), renderTable(rows, columns), ...notes.map((note) => wrap(note))].join('\n'),
    markdown: renderMarkdown(rows, columns),
  }
}

/** Resolves to the milliseconds of a work, and what it resolves to. */
export async function timed<Result>(work: () => Promise<Result>): Promise<{ ms: number; result: Result }> {
  const start = performance.now()
  const result = await work()
  return { ms: performance.now() - start, result }
}
