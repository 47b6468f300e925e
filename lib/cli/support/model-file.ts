/** Model files. */
import { suggestion } from '../../checks/words.js'
import { Model } from '../../data/index.js'
import { fileStats } from './source.js'

/** @throws Error for a missing file, with the nearest name, and for anything but a model file */
export async function loadModel(path: string): Promise<Model> {
  fileStats(path)
  return await Model.load(path)
}

/** @throws Error for a table that lacks a column */
export function requireColumns(needed: readonly { readonly name: string }[], header: readonly string[], name: string) {
  const missing = needed.find((column) => !header.includes(column.name))
  if (missing === undefined) return
  const { name: column } = missing
  throw new Error(
    `${name} has no column ${JSON.stringify(column)}, which the model needs. ${suggestion(column, header)}`,
  )
}
