/** Networks as safetensors files. docs/models.md has the layout. */
import { unknownName, wrongSize, wrongType, wrongValue } from '../errors.js'
import { Network, type NetworkOptions } from '../network.js'
import { optionsObject } from '../validate.js'
import { listed } from '../words.js'
import { type FileTensor, quoted, readSafetensors, type SafetensorsFile, writeSafetensors } from './safetensors-file.js'
import { namedTensors, networkGiven, sizeOf, type Tensor } from './tensors.js'

export interface LoadSafetensorsOptions {
  /**
   * What the tensors are called in the file, where they are not called as `toSafetensors` does: `{ 'layers.0.weights':
   * 'fc1.weight' }` or a function from the first to the second. With names, tensors of the file that none of them names
   * are left alone; without, they are an error.
   */
  names?: Readonly<Record<string, string>> | ((name: string) => string)
  /** Whether the file's matrices of weights are [units, inputs], as those of PyTorch's `nn.Linear`. Default false. */
  transposed?: boolean
}

const FORMAT = 'lockstep-nn'
const VERSION = '1'
const FILE = 'the safetensors file'

/** By dtype: value i of a tensor, exactly. */
const READERS = new Map<string, (view: DataView, i: number) => number>([
  ['F64', (view, i) => view.getFloat64(8 * i, true)],
  ['F32', (view, i) => view.getFloat32(4 * i, true)],
])

/**
 * The network as a safetensors file: its parameters exactly, and in the metadata its architecture and digest.
 * @throws TypeError for what is no Network
 */
export function toSafetensors(network: Network): Uint8Array {
  const { plan } = networkGiven(network)
  const parameters = network.attachedParameters()
  const view = new DataView(new ArrayBuffer(8 * parameters.length))
  for (let i = 0; i < parameters.length; i++) view.setFloat64(8 * i, parameters[i], true)
  const tensors = namedTensors(plan.layers).map(({ name, shape, offset }): [string, FileTensor] => [
    name,
    { dtype: 'F64', shape, begin: 8 * offset, end: 8 * (offset + sizeOf(shape)) },
  ])
  const metadata = new Map([
    ['format', FORMAT],
    ['version', VERSION],
    ['architecture', JSON.stringify(network.architecture())],
    ['digest', network.digest()],
  ])
  return writeSafetensors({ metadata, tensors: new Map(tensors), data: new Uint8Array(view.buffer) })
}

/**
 * The network from a file of `toSafetensors`, or from one with the same metadata and names that another program wrote. The
 * digest in the metadata must be that of the network; it may be left out.
 * @throws TypeError or RangeError, saying where, if it is no such file, or a damaged one
 */
export function fromSafetensors(bytes: Uint8Array): Network {
  const file = readSafetensors(bytes, FILE)
  for (const [key, expected] of [
    ['format', FORMAT],
    ['version', VERSION],
  ]) {
    const found = file.metadata.get(key)
    if (found !== expected) {
      const remedy = 'For tensors of other programs there is loadSafetensors().'
      throw wrongValue(JSON.stringify(expected), `${key} in the metadata of ${FILE}`, found, remedy)
    }
  }
  // The constructor takes an array of the right length only, so that no file makes it reserve more than the file holds.
  let count = 0
  for (const { dtype, shape } of file.tensors.values()) count += READERS.has(dtype) ? sizeOf(shape) : 0
  const options = { ...architectureOf(file), parameters: new Float64Array(count) }
  const network = new Network(options as unknown as NetworkOptions)
  fill(network, file, (name) => name, false)
  const digest = file.metadata.get('digest')
  if (digest !== undefined && digest !== network.digest()) {
    throw wrongValue(`the digest ${network.digest()}`, FILE, digest, 'It is damaged or was edited.')
  }
  return network
}

/**
 * Sets a network's parameters to the tensors of any safetensors file; F32 is widened exactly. Everything is checked before
 * the first value is written.
 * @throws TypeError or RangeError, saying where, if the file is damaged or does not fit the network
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
  fill(network, file, nameOf, transposed === true, names === undefined)
}

function architectureOf({ metadata }: SafetensorsFile): Record<string, unknown> {
  const where = `architecture in the metadata of ${FILE}`
  const text = metadata.get('architecture')
  if (text === undefined) throw wrongType('JSON text', where, text)
  try {
    return optionsObject(JSON.parse(text), where, ['inputs', 'layers'])
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw wrongValue('JSON text', where, text, `It is damaged: ${error.message}`)
  }
}

function naming(names: unknown, known: readonly string[]): (name: string) => string {
  if (names === undefined) return (name) => name
  if (typeof names === 'function') return names as (name: string) => string
  const given = optionsObject(names, 'names', known)
  return (name) => (given[name] === undefined ? name : (given[name] as string))
}

/** Checks all tensors, then writes them into the network's parameters. */
function fill(
  network: Network,
  { tensors, data }: SafetensorsFile,
  nameOf: (name: string) => string,
  transposed: boolean,
  strict = true,
): void {
  const parameters = network.attachedParameters()
  const used = new Set<string>()
  const found = namedTensors(network.plan.layers).map((wanted) => {
    const name: unknown = nameOf(wanted.name)
    if (typeof name !== 'string') throw wrongType('the name of a tensor', `names of ${wanted.name}`, name)
    if (used.has(name)) throw wrongValue('a name for each tensor', `names of ${wanted.name}`, name, 'It is used twice.')
    used.add(name)
    return { wanted, tensor: fitting(tensors, name, wanted, transposed) }
  })
  for (const name of tensors.keys()) {
    if (strict && !used.has(name)) throw unknownName('only tensors of the network', FILE, name.slice(0, 60), [...used])
  }
  for (const { wanted, tensor } of found) {
    const { offset, shape } = wanted
    const read = READERS.get(tensor.dtype) as (view: DataView, i: number) => number
    const view = new DataView(data.buffer, data.byteOffset + tensor.begin, tensor.end - tensor.begin)
    const turned = transposed && shape.length === 2
    const [rows, columns] = turned ? shape : [1, sizeOf(shape)]
    for (let r = 0, to = offset; r < rows; r++) {
      for (let c = 0; c < columns; c++, to++) parameters[to] = read(view, c * rows + r)
    }
  }
}

/** The tensor of this name, if its type and shape are those that are needed. */
function fitting(
  tensors: ReadonlyMap<string, FileTensor>,
  name: string,
  { shape }: Tensor,
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
  const expected = transposed ? [...shape].reverse() : shape
  if (tensor.shape.length !== expected.length || tensor.shape.some((size, i) => size !== expected[i])) {
    const isTurned = tensor.shape.length === 2 && tensor.shape[0] === expected[1] && tensor.shape[1] === expected[0]
    const remedy = isTurned ? `The option transposed: ${!transposed} turns matrices.` : undefined
    throw wrongSize(`shape [${expected.join(', ')}]`, where, `[${tensor.shape.join(', ')}]`, remedy)
  }
  return tensor
}
