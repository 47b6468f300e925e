/** ONNX models: their contents, and the predictions of ONNX Runtime. */
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'
import * as ort from 'onnxruntime-web'
import { writeMessage } from '#lib/onnx/protobuf.js'
import { type FieldKind, type Message, SCHEMA, type Value } from '#lib/onnx/schema.js'

ort.env.wasm.numThreads = 1

/** A model's predictions for the rows of x [rows × inputs]. */
export async function answers(model: Uint8Array, x: Float64Array, inputs: number): Promise<Float64Array> {
  const session = await ort.InferenceSession.create(model)
  const { y } = await session.run({ x: new ort.Tensor('float64', x, [x.length / inputs, inputs]) })
  await session.release()
  return y.data as unknown as Float64Array
}

/** The same of a float32 model. */
export async function answers32(model: Uint8Array, x: Float64Array, inputs: number): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(model)
  const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.from(x), [x.length / inputs, inputs]) })
  await session.release()
  return y.data as Float32Array
}

/** A model around a graph. */
export const modelOf = (graph: Message): Uint8Array =>
  writeMessage(new BinaryWriter(), 'ModelProto', {
    irVersion: 8,
    graph,
    opsetImport: [{ domain: '', version: 17 }],
  }).finish()

// biome-ignore lint/suspicious/noExplicitAny: messages are looked into by name
type Decoded = Record<string, any>

/** A message as an object; a field that the schema does not have is an error. */
export function decoded(bytes: Uint8Array, name = 'ModelProto'): Decoded {
  const fields = new Map(Object.entries(SCHEMA[name]).map(([field, [number, kind]]) => [number, { field, kind }]))
  const message: Decoded = {}
  for (const { kind, field } of fields.values()) if (kind.endsWith('*')) message[field] = []
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [number] = reader.tag()
    const known = fields.get(number)
    if (known === undefined) throw new Error(`${name} has no field ${number}`)
    const value = fieldOf(reader, known.kind)
    if (known.kind.endsWith('*')) message[known.field].push(value)
    else message[known.field] = value
  }
  return message
}

function fieldOf(reader: BinaryReader, kind: FieldKind): Value | Decoded {
  const single = kind.replace('*', '')
  if (single === 'int') return Number(reader.int64())
  if (single === 'text') return reader.string()
  return single === 'bytes' ? reader.bytes() : decoded(reader.bytes(), single)
}
