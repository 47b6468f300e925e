/** Model files. */
import { suggestion } from '../../checks/words.js'
import { Model } from '../../data/index.js'
import { fileStats } from './source.js'

/** @throws Error for a missing file, with the nearest name, and for anything but a model file */
export async function loadModel(path: string): Promise<Model> {
  fileStats(path)
  return await Model.load(path)
}

/** @throws Error for a table that lacks a column of the model */
export function requireColumns({ columns }: Model, header: readonly string[], name: string, target?: string): void {
  const needed = [...columns.map((column) => column.name), ...(target === undefined ? [] : [target])]
  const missing = needed.find((column) => !header.includes(column))
  if (missing === undefined) return
  throw new Error(
    `${name} has no column ${JSON.stringify(missing)}, which the model needs. ${suggestion(missing, header)}`,
  )
}
