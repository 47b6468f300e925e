/** Models of one input column, for tests of columns. */
import { type ColumnOption, type ColumnReport, Model } from 'lockstep-nn/data'

const QUICK = { hidden: [2], fit: { epochs: 1 }, trainer: { backend: 'typescript' } } as const

/** A model of records with `y`, quickly trained. */
export const quickModel = (records: readonly object[], options: object = {}): Promise<Model> =>
  Model.fit(records as readonly { y: number }[], { target: 'y', ...QUICK, ...options } as never)

/** A model of a column `x` with these values, and its report. */
export async function columnOf(
  values: readonly unknown[],
  option?: ColumnOption,
): Promise<{ model: Model; report: ColumnReport; encode: (...cells: unknown[]) => number[][] }> {
  const records = values.map((x, i) => ({ x, z: i, y: i % 3 }))
  const options = option === undefined ? {} : { options: { x: option } }
  const model = await quickModel(records, options)
  const report = model.report?.columns.find(({ name }) => name === 'x')
  if (report === undefined) throw new Error(`Expected column x to be used: ${JSON.stringify(model.report?.dropped)}`)
  const width = report.inputs.length
  const encode = (...cells: unknown[]) => {
    const x = model.transform(cells.map((cell) => ({ x: cell, z: 0 })))
    return cells.map((_, i) => [...x.subarray(i * (width + 1), i * (width + 1) + width)])
  }
  return { model, report, encode }
}
