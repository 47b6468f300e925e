/** Predictions of ONNX Runtime for records. */
import assert from 'node:assert/strict'
import type { LabelPrediction, Model, ModelKind } from 'lockstep-nn/data'
import * as ort from 'onnxruntime-web'
import { booleanOf } from '#lib/data/records/booleans.js'
import { dateOf } from '#lib/data/records/dates.js'
import { isDate, isMissing } from '#lib/data/records/records.js'
import { decoded } from './onnx.js'

const TEXT = 8

/** The raw value of a cell as a number: a word for true or false is 1 or 0. */
function numberOf(value: unknown, type: string, format?: string): number {
  if (isMissing(value)) return NaN
  if (type === 'boolean' && typeof value === 'string') return Number(booleanOf(value))
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
    const numbers = Float64Array.from(values, (value) => numberOf(value, column.type, format))
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

const RELATIVE = 1e-12

function near(actual: unknown, expected: number, scale: number, what: string): void {
  const far = Math.abs((actual as number) - expected)
  assert.ok(far <= RELATIVE * Math.max(Math.abs(expected), scale), `${what} is ${actual}, expected ${expected}`)
}

/** Compares the predictions of records with those of the model. */
export async function nearlySame(
  model: Model<ModelKind>,
  bytes: Uint8Array,
  records: readonly object[],
): Promise<void> {
  const outputs = await outputsFor(bytes, model, records)
  const predictions = model.predict(records) as unknown[]
  const isAlone = model.targets.length === 1
  for (const target of model.targets) {
    const own = predictions.map((one) => (isAlone ? one : (one as Record<string, unknown>)[target.name]))
    if (!('encoder' in target)) {
      const scale = Math.max(...(own as number[]).map(Math.abs))
      for (const [i, value] of own.entries()) near(outputs[target.name][i], value as number, scale, target.name)
      continue
    }
    const prefix = isAlone && !('label' in records[0]) ? '' : `${target.name}.`
    const { labels } = target.encoder
    for (const [i, prediction] of (own as LabelPrediction[]).entries()) {
      const all = labels.map((label) => prediction.probabilities[String(label)])
      const found = outputs[`${prefix}probabilities`].slice(i * labels.length, (i + 1) * labels.length)
      for (const [k, p] of all.entries()) near(found[k], p, 1e-3, `${target.name} ${i} ${labels[k]}`)
      // Which of two probabilities is greater may depend on their last digit.
      const [first, second] = all.toSorted((a, b) => b - a)
      if (first - second < 1e-9) continue
      const label = outputs[`${prefix}label`][i]
      assert.equal(typeof labels[0] === 'boolean' ? Boolean(label) : label, prediction.label)
    }
  }
}
