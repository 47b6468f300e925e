/** Networks as safetensors files. docs/models.md describes the layout. */

import { isLittleEndian, swapBytes } from '../checks/bytes.js'
import { unknownName, wrongSize, wrongType, wrongValue } from '../checks/errors.js'
import { parseJson } from '../checks/json-text.js'
import { optionsObject } from '../checks/validate.js'
import { listed } from '../checks/words.js'
import type { NetworkPlan } from '../kernels/plan.js'
import { requireFiniteParameters } from '../network/layers.js'
import { Network } from '../network/network.js'
import { type NetworkOptions, planOf } from '../network/shape.js'
import { type FileTensor, quoted, readSafetensors, type SafetensorsFile, writeHeader } from './safetensors-file.js'
import { namedTensors, networkGiven, sizeOf, type Tensor } from './tensors.js'

export interface LoadSafetensorsOptions {
  /**
   * The tensors' names in the file, where they differ from those of `toSafetensors`: `{ 'layers.0.weights':
   * 'fc1.weight' }`, or a function from the first to the second. With names, other tensors of the file are ignored;
   * without, they are an error.
   */
  names?: Readonly<Record<string, string>> | ((name: string) => string)
  /** Whether the file's weight matrices are [units, inputs], like those of PyTorch's `nn.Linear`. Default false. */
  transposed?: boolean
}

const FORMAT = 'lockstep-nn'
const VERSION = '1'
const FILE = 'the safetensors file'

const DAMAGED = 'It is damaged or was edited.'

/** By dtype: value i of a tensor, exactly. */
const READERS = new Map<string, (view: DataView, i: number) => number>([
  ['F64', (view, i) => view.getFloat64(8 * i, true)],
  ['F32', (view, i) => view.getFloat32(4 * i, true)],
])

/** A placeholder for a digest that is not known yet. */
const NO_DIGEST = '0'.repeat(64)

/**
 * The network as a safetensors file: its parameters exactly, and its architecture and digest in the metadata.
 * @throws TypeError for anything but a Network
 * @throws RangeError where a parameter is not finite, or the file would be longer than a Uint8Array can be
 */
export function toSafetensors(network: Network): Uint8Array {
  const { plan, parameterCount } = networkGiven(network)
  const tensors = new Map(
    namedTensors(plan.layers).map(({ name, shape, offset }): [string, FileTensor] => [
      name,
      { dtype: 'F64', shape, begin: 8 * offset, end: 8 * (offset + sizeOf(shape)) },
    ]),
  )
  const architecture = JSON.stringify(network.architecture())
  const header = (digest: string) =>
    writeHeader(new Map(Object.entries({ format: FORMAT, version: VERSION, architecture, digest })), tensors)
  const start = header(NO_DIGEST).length
  const bytes = newBytes(start + 8 * parameterCount)
  // A view of the data, which begins at a multiple of 8.
  const values = new Float64Array(bytes.buffer, start, parameterCount)
  network.copyToSave(values)
  bytes.set(header(network.digestOf(values)))
  if (!isLittleEndian) swapBytes(bytes.subarray(start))
  return bytes
}

function newBytes(length: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length)
  } catch {
    const remedy = 'Write network.parameters to a file in pieces.'
    throw wrongSize('a file that fits in a Uint8Array', 'network', `a network of ${length} bytes`, remedy)
  }
}

/**
 * A network from a file of `toSafetensors`, or from a file of another program with the same metadata and names. The
 * digest in the metadata is optional; if given, it must be the network's.
 * @throws TypeError or RangeError that names the position, for any other file, for a damaged one, or where a parameter
 *   is not finite
 */
export function fromSafetensors(bytes: Uint8Array): Network {
  const file = readSafetensors(bytes, FILE)
  for (const [key, expected] of [
    ['format', FORMAT],
    ['version', VERSION],
  ]) {
    const found = file.metadata.get(key)
    if (found !== expected) {
      const remedy = 'Use loadSafetensors() for tensors of other programs.'
      throw wrongValue(JSON.stringify(expected), `${key} in the metadata of ${FILE}`, found, remedy)
    }
  }
  const { inputs, layers } = architectureOf(file) as unknown as NetworkOptions
  const parameters = valuesOf(planOf(inputs, layers), file, (name) => name, { transposed: false, strict: true })
  const network = new Network({ inputs, layers, parameters }).withOwnParameters()
  const digest = file.metadata.get('digest')
  if (digest !== undefined && digest !== network.digest()) {
    throw wrongValue(`the digest ${network.digest()}`, FILE, digest, DAMAGED)
  }
  return network
}

/**
 * Sets a network's parameters to the tensors of any safetensors file; F32 is widened exactly. Everything is checked
 * before the first value is written.
 * @throws TypeError or RangeError that names the position, if the file is damaged, has other tensors than the network
 *   needs, or has a value that is not finite
 */
export function loadSafetensors(network: Network, bytes: Uint8Array, options: LoadSafetensorsOptions = {}): void {
  networkGiven(network)
  const { names, transposed } = optionsObject(options, 'the options of loadSafetensors', ['names', 'transposed'])
  if (transposed !== undefined && typeof transposed !== 'boolean') {
    throw wrongType('true or false', 'transposed', transposed)
  }
  const known = namedTensors(network.plan.layers).map(({ name }) => name)
  const nameOf = naming(names, known)
  const file = readSafetensors(bytes, FILE)
  const parameters = network.attachedParameters()
  parameters.set(valuesOf(network.plan, file, nameOf, { transposed: transposed === true, strict: names === undefined }))
}

function architectureOf({ metadata }: SafetensorsFile): Record<string, unknown> {
  const where = `architecture in the metadata of ${FILE}`
  const text = metadata.get('architecture')
  if (text === undefined) throw wrongType('JSON text', where, text)
  return optionsObject(parseJson(text, where), where, ['inputs', 'layers'])
}

function naming(names: unknown, known: readonly string[]): (name: string) => string {
  if (names === undefined) return (name) => name
  if (typeof names === 'function') return names as (name: string) => string
  const given = optionsObject(names, 'names', known)
  return (name) => (given[name] === undefined ? name : (given[name] as string))
}

interface Reading {
  /** Whether weight matrices are [units, inputs] in the file. */
  readonly transposed: boolean
  /** Whether other tensors in the file are an error. */
  readonly strict: boolean
}

/** The parameters of a network of this plan. All tensors are checked before memory is allocated. */
function valuesOf(
  plan: NetworkPlan,
  { tensors, data }: SafetensorsFile,
  nameOf: (name: string) => string,
  { transposed, strict }: Reading,
): Float64Array {
  const used = new Set<string>()
  const found = namedTensors(plan.layers).map((wanted) => {
    const name: unknown = nameOf(wanted.name)
    if (typeof name !== 'string') throw wrongType('the name of a tensor', `names of ${wanted.name}`, name)
    if (used.has(name)) throw wrongValue('a name for each tensor', `names of ${wanted.name}`, name, 'It is used twice.')
    used.add(name)
    return { wanted, tensor: fitting(tensors, name, wanted, transposed) }
  })
  for (const name of strict ? tensors.keys() : []) {
    if (!used.has(name)) throw unknownName('only tensors of the network', FILE, name.slice(0, 60), [...used])
  }
  const values = new Float64Array(plan.parameterCount)
  for (const { wanted, tensor } of found) {
    const { offset, shape, form } = wanted
    decode(
      tensor,
      data,
      values.subarray(offset, offset + sizeOf(shape)),
      transposed && form === 'weights' ? shape : null,
    )
  }
  requireFiniteParameters(plan, values, ` of ${FILE}`, 'The network had diverged, or the file was edited.')
  return values
}

/** Sets `values` to those of a tensor. `transposedShape`: its shape in the network, where the file has it transposed. */
function decode(
  { dtype, begin, end }: FileTensor,
  data: Uint8Array,
  values: Float64Array,
  transposedShape: readonly number[] | null,
): void {
  if (dtype === 'F64' && transposedShape === null && isLittleEndian) {
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(data.subarray(begin, end))
    return
  }
  const read = READERS.get(dtype) as (view: DataView, i: number) => number
  const view = new DataView(data.buffer, data.byteOffset + begin, end - begin)
  const [rows, columns] = transposedShape ?? [1, values.length]
  for (let r = 0, to = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++, to++) values[to] = read(view, c * rows + r)
  }
}

/** The tensor of this name, after a check of its type and shape. */
function fitting(
  tensors: ReadonlyMap<string, FileTensor>,
  name: string,
  { shape, form }: Tensor,
  transposed: boolean,
): FileTensor {
  const tensor = tensors.get(name)
  if (tensor === undefined) {
    const all = [...tensors.keys()]
    const remedy = `It holds ${all.length === 0 ? 'none' : listed(all, quoted)}.`
    throw wrongSize(`a tensor ${quoted(name)}`, FILE, 'one without', remedy)
  }
  const where = `tensor ${quoted(name)} of ${FILE}`
  if (!READERS.has(tensor.dtype)) {
    throw wrongValue([...READERS.keys()].join(' or '), `dtype of ${where}`, tensor.dtype, 'Convert it first.')
  }
  const expected = transposed && form === 'weights' ? [...shape].reverse() : shape
  if (tensor.shape.length !== expected.length || tensor.shape.some((size, i) => size !== expected[i])) {
    const isMatrix = form === 'weights' && tensor.shape.length === 2
    const isTransposed = isMatrix && tensor.shape[0] === expected[1] && tensor.shape[1] === expected[0]
    const remedy = isTransposed ? `With transposed: ${!transposed}, matrices are transposed.` : undefined
    throw wrongSize(`shape [${expected.join(', ')}]`, where, `[${tensor.shape.join(', ')}]`, remedy)
  }
  return tensor
}
