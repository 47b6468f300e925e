/** The report of a bench that is one table. */
import type { Machine } from './machine.js'
import { writeJson } from './results.js'
import { type Column, renderTable } from './table.js'
import { wrap } from './text.js'

export interface Report<Row> {
  readonly title: string
  readonly machine: Machine
  readonly options: { readonly quick: boolean; readonly json?: string }
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly dense?: boolean
  /** Further fields of the JSON. */
  readonly more?: object
}

/** Prints what was measured, the machine and the table, and writes the rows where --json names a file. */
export function printReport<Row>({ title, machine, options, rows, columns, dense, more }: Report<Row>): void {
  const { cpu, kernelSet, node, load } = machine
  console.log(wrap(title))
  console.log(wrap(`${cpu}, ${kernelSet}, Node ${node}, load ${load}`))
  if (options.quick) console.log('Quick run: too short to compare by.')
  console.log(renderTable(rows, columns, { dense }))
  const { json, ...settings } = options
  if (json !== undefined) writeJson(json, { machine, ...settings, ...more, rows })
}
