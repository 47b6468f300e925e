/**
 * The part of ONNX's protobuf schema that the exporter writes: the fields of each message by name, with their number
 * and kind. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

/** `int` is an int64 or an enum, which have the same encoding; a star means any number of values. */
export type FieldKind = `${'int' | 'text' | 'bytes' | MessageName}${'' | '*'}`

type MessageName =
  | 'ModelProto'
  | 'OperatorSetIdProto'
  | 'StringStringEntryProto'
  | 'GraphProto'
  | 'NodeProto'
  | 'AttributeProto'
  | 'TensorProto'
  | 'ValueInfoProto'
  | 'TypeProto'
  | 'TypeProtoTensor'
  | 'TensorShapeProto'
  | 'Dimension'

export const SCHEMA: Readonly<Record<string, Readonly<Record<string, readonly [number: number, FieldKind]>>>> = {
  ModelProto: {
    irVersion: [1, 'int'],
    producerName: [2, 'text'],
    graph: [7, 'GraphProto'],
    opsetImport: [8, 'OperatorSetIdProto*'],
    metadataProps: [14, 'StringStringEntryProto*'],
  },
  OperatorSetIdProto: { domain: [1, 'text'], version: [2, 'int'] },
  StringStringEntryProto: { key: [1, 'text'], value: [2, 'text'] },
  GraphProto: {
    node: [1, 'NodeProto*'],
    name: [2, 'text'],
    initializer: [5, 'TensorProto*'],
    input: [11, 'ValueInfoProto*'],
    output: [12, 'ValueInfoProto*'],
  },
  NodeProto: {
    input: [1, 'text*'],
    output: [2, 'text*'],
    name: [3, 'text'],
    opType: [4, 'text'],
    attribute: [5, 'AttributeProto*'],
    domain: [7, 'text'],
  },
  AttributeProto: {
    name: [1, 'text'],
    i: [3, 'int'],
    ints: [8, 'int*'],
    strings: [9, 'text*'],
    type: [20, 'int'],
  },
  TensorProto: {
    dims: [1, 'int*'],
    dataType: [2, 'int'],
    stringData: [6, 'text*'],
    name: [8, 'text'],
    rawData: [9, 'bytes'],
  },
  ValueInfoProto: { name: [1, 'text'], type: [2, 'TypeProto'] },
  TypeProto: { tensorType: [1, 'TypeProtoTensor'] },
  TypeProtoTensor: { elemType: [1, 'int'], shape: [2, 'TensorShapeProto'] },
  TensorShapeProto: { dim: [1, 'Dimension*'] },
  Dimension: { dimValue: [1, 'int'], dimParam: [2, 'text'] },
}

/** A message: the values of its fields by name. */
export type Value = number | string | Uint8Array | Message | readonly Value[]
export interface Message {
  readonly [field: string]: Value
}

/** Codes of AttributeProto.type. */
export const INT_ATTRIBUTE = 2
export const INTS_ATTRIBUTE = 7
export const STRINGS_ATTRIBUTE = 8

/** Codes of TensorProto.dataType: for indices, text, booleans, and numbers outside of networks. */
export const INT64 = 7
export const TEXT = 8
export const BOOL = 9
export const FLOAT64 = 11

/** The codes of TensorProto.dataType, the largest value that stays finite, and the array type of stored values. */
export const PRECISIONS = {
  float64: {
    dataType: FLOAT64,
    bytes: 8,
    max: Number.MAX_VALUE,
    set: (view: DataView, at: number, value: number) => view.setFloat64(at, value, true),
  },
  float32: {
    dataType: 1,
    bytes: 4,
    // Larger numbers, from half a unit above the largest float32 on, round to infinity.
    max: 2 ** 128 - 2 ** 103 - 2 ** 75,
    set: (view: DataView, at: number, value: number) => view.setFloat32(at, value, true),
  },
} as const
export type Precision = keyof typeof PRECISIONS
