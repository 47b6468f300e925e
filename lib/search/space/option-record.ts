/** The options of a chosen sampler or pruner by name, for the journal, the digest and the page of a study. */
import type { OptionTable } from '../../kernels/option-table.js'

/** A number, a flag or a word by name; null: derived from other values. */
export type OptionRecord = Readonly<Record<string, number | boolean | string | null>>

/** @param values in the order of the table */
export function optionRecord(table: OptionTable, values: Float64Array): OptionRecord {
  const entries = Object.entries(table).map(([name, declared], i) => {
    const value = values[i]
    if (declared.kind === 'flag') return [name, value === 1]
    if (declared.kind === 'choice') return [name, declared.words[value]]
    return [name, Number.isNaN(value) ? null : value]
  })
  return Object.freeze(Object.fromEntries(entries))
}
