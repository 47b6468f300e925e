/** Predictions of ONNX Runtime for records. */
import type { Model, ModelKind } from 'lockstep-nn/data'
import * as ort from 'onnxruntime-web'
import { dateOf } from '#lib/data/records/dates.js'
import { isDate, isMissing } from '#lib/data/records/records.js'
import { decoded } from './onnx.js'

const TEXT = 8

/** The raw value of a cell as a number. */
function numberOf(value: unknown, format?: string): number {
  if (isMissing(value)) return NaN
  if (isDate(value)) return value.getTime()
  return typeof value === 'string' ? dateOf(value, format) : Number(value)
}

/** The columns of records as the inputs of the ONNX model of a model. */
export function feedsOf(
  bytes: Uint8Array,
  model: Model<ModelKind>,
  records: readonly object[],
): Record<string, ort.Tensor> {
  const inputs = decoded(bytes).graph.input as { name: string; type: { tensorType: { elemType: number } } }[]
  const types = new Map(inputs.map(({ name, type }) => [name, type.tensorType.elemType]))
  const feeds = model.columns.map((column): [string, ort.Tensor] => {
    const values = records.map((record) => (record as Readonly<Record<string, unknown>>)[column.name])
    const shape = [records.length, 1]
    if (types.get(column.name) === TEXT) {
      const texts = values.map((value) => (isMissing(value) ? '' : String(value)))
      return [column.name, new ort.Tensor('string', texts, shape)]
    }
    const format = column.type === 'date' ? column.format : undefined
    const numbers = Float64Array.from(values, (value) => numberOf(value, format))
    return [column.name, new ort.Tensor('float64', numbers, shape)]
  })
  return Object.fromEntries(feeds)
}

/** The outputs of the ONNX model of a model for records, by their names. */
export async function outputsFor(
  bytes: Uint8Array,
  model: Model<ModelKind>,
  records: readonly object[],
): Promise<Record<string, readonly unknown[]>> {
  const session = await ort.InferenceSession.create(bytes)
  const outputs = await session.run(feedsOf(bytes, model, records))
  await session.release()
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data as never)]))
}
