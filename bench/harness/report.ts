/** A bench that prints and writes one table, from its command line to its output. */
import type { Command } from 'commander'
import { describeMachine } from './machine.js'
import { readOptions, shared } from './options.js'
import { runProgram } from './program.js'
import { makeFolderOf, writeJson } from './results.js'
import { type Column, renderTable } from './table.js'
import { wrap } from './text.js'

/** The options of every such bench; `Own` are further ones. */
export type TableOptions<Own> = Own & { readonly quick: boolean; readonly json?: string }

export interface Report<Row> {
  /** The measured quantity and its unit. */
  readonly title: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  /** No lines between the rows. */
  readonly dense?: boolean
  /** Lines below the table. */
  readonly notes?: readonly string[]
  readonly failed?: boolean
}

/**
 * Measures, prints the title, the machine and the table, and writes the rows where --json names a file. `quick` replaces defaults
 * of the command's options in a quick run, which `quickHelp` describes.
 */
export async function runTableBench<Own extends object, Row>(
  command: Command,
  { quick, quickHelp }: { quick: Partial<Own>; quickHelp: string },
  measure: (options: TableOptions<Own>) => Promise<Report<Row>>,
): Promise<void> {
  command.addOption(shared.json()).addOption(shared.quick(quickHelp))
  await runProgram(async () => {
    const { json, ...options } = readOptions<TableOptions<Own>>(command, quick as Partial<TableOptions<Own>>)
    makeFolderOf(json)
    const machine = describeMachine()
    const { title, rows, columns, dense, notes = [], failed } = await measure(options as TableOptions<Own>)
    console.log(wrap(`${title}\n${machine.cpu}, ${machine.kernelSet}, Node ${machine.node}, load ${machine.load}`))
    if (options.quick) console.log('Quick run: too short to compare by.')
    console.log(renderTable(rows, columns, { dense }))
    for (const note of notes) console.log(wrap(note))
    if (json !== undefined) writeJson(json, { machine, ...options, rows })
    if (failed) process.exitCode = 1
  })
}
