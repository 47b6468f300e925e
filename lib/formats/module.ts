/** Networks as source text: an ES module without imports that predicts with the same bits. */
import { wrongSize } from '../checks/errors.js'
import { requireTextFits } from '../checks/json-text.js'
import { activationRegistry, type LayerType } from '../checks/registry.js'
import { inputCategories } from '../kernels/layers/table.js'
import type { LayerPlan } from '../kernels/plan.js'
import type { Network } from '../network/network.js'
import { base64Length, base64Of, USE_SAFETENSORS } from '../network/saved.js'
import { ACTIVATIONS, STATEMENTS } from './kernel-text.js'
import { kindOf, networkGiven } from './tensors.js'

/** A little less than the longest string of an engine, in parameters of 8 bytes; base64 has 4 letters for 3 bytes. */
const MAX_PARAMETERS = 50_000_000
/** The length of the functions. */
const TEXT_OVERHEAD = 2 ** 17

/** By layer type: z = T(a) for one sample. The sums run in the order of docs/numerics. */
const TRANSFORMS: Readonly<Record<LayerType, string>> = {
  dense: `/** z[j] = bias[j] + Σ_k a[k] w[k][j], added in the order of k. */
function dense([a], { inputs, units, tensors: [weights, bias] }) {
  const z = parameters.slice(bias, bias + units)
  for (let k = 0, i = weights; k < inputs; k++) {
    for (let j = 0; j < units; j++, i++) z[j] += a[k] * parameters[i]
  }
  return z
}`,
  dropout: `/** Nothing is dropped in a prediction. */
function dropout([a]) {
  return a.slice()
}`,
  batchNormalization: `/** z = gamma * (x - movingMean) / sqrt(movingVariance + epsilon) + beta */
function batchNormalization([a], { tensors: [gamma, beta, mean, variance], options: [, epsilon] }) {
  return a.map((value, j) => {
    const inverse = 1 / Math.sqrt(parameters[variance + j] + epsilon)
    return parameters[gamma + j] * ((value - parameters[mean + j]) * inverse) + parameters[beta + j]
  })
}`,
  layerNormalization: `/** z = gamma * (x - mean) / sqrt(variance + epsilon) + beta over the units of the sample. */
function layerNormalization([a], { units, tensors: [gamma, beta], options: [epsilon] }) {
  let sum = -0
  for (let j = 0; j < units; j++) sum += a[j]
  const mean = sum / units
  let squares = -0
  for (let j = 0; j < units; j++) squares += (a[j] - mean) * (a[j] - mean)
  const inverse = 1 / Math.sqrt(squares / units + 0 * squares + epsilon)
  return a.map((value, j) => parameters[gamma + j] * ((value - mean) * inverse) + parameters[beta + j])
}`,
  residual: `/** The output of the last layer of a block, and the block's input. */
function residual([inner, a]) {
  return a.map((value, j) => inner[j] + value)
}`,
  embedding: `/** The other columns in their order, then for each column of categories the vector of the category. */
function embedding([a], { tensors, options }) {
  const columns = tensors.map((offset, i) => ({ offset, column: options[3 * i], units: options[3 * i + 2] }))
  const embedded = new Set(columns.map(({ column }) => column))
  const others = [...a].filter((_, k) => !embedded.has(k))
  const vectors = columns.flatMap(({ offset, column, units }) => {
    const vector = offset + units * a[column]
    return [...parameters.subarray(vector, vector + units)]
  })
  return Float64Array.from([...others, ...vectors])
}`,
}

const activationOf = ({ activation }: LayerPlan) => activationRegistry.at(activation)

/** The line of the check of a sample that refuses what is not a category. */
const CATEGORY_CHECK = `  if (CATEGORIES.has(k) && !(Number.isInteger(value) && value >= 0 && value < CATEGORIES.get(k))) {
    throw new RangeError(\`Expected an integer from 0 to \${CATEGORIES.get(k) - 1} for x[\${row}][\${k}] but received \${value}.\`)
  }
`

/** The layer as an object literal. */
function layerText(layer: LayerPlan): string {
  const { inputs, units, inputLayers, tensors, options, activationOptions } = layer
  const { name, entry } = activationOf(layer)
  const lists = {
    reads: inputLayers,
    tensors: tensors.map(({ offset }) => offset),
    options: [...options],
    activationOptions: [...activationOptions],
  }
  const numbers = Object.entries(lists).map(([key, list]) => `${key}: [${list.join(', ')}]`)
  const activation = `activation: ${JSON.stringify(name)}, row: ${entry.kind === 'row'}`
  return `  { transform: ${kindOf(layer)}, inputs: ${inputs}, units: ${units}, ${numbers.join(', ')}, ${activation} },`
}

/**
 * The network as the text of an ES module without imports, for any engine. It exports `predict`, with the same bits as
 * `network.predict`, and `inputs`, `outputs`, `layers` and `digest`. Its length is 11 letters per parameter (base64)
 * and a few kilobytes.
 * @throws TypeError for anything but a Network
 * @throws RangeError for more than 50,000,000 parameters, whose text would be too long for engines, or where a
 *   parameter is not finite
 */
export function toModule(network: Network): string {
  const { plan, parameterCount } = networkGiven(network)
  if (parameterCount > MAX_PARAMETERS) {
    const received = `a network with ${parameterCount}`
    throw wrongSize(`at most ${MAX_PARAMETERS} parameters`, 'network', received, USE_SAFETENSORS)
  }
  const { inputs, layers } = network.architecture()
  // The text has the layers twice: as options, and as LAYERS.
  requireTextFits([layers, plan.layers], base64Length(parameterCount) + TEXT_OVERHEAD, 'network', USE_SAFETENSORS)
  const values = network.copyToSave()
  const digest = network.digestOf(values)
  const kinds = [...new Set(plan.layers.map(kindOf))]
  const names = [...new Set(plan.layers.map((layer) => activationOf(layer).name))]
  const needs = [...new Set(names.flatMap((name) => ACTIVATIONS[name].needs))].sort((a, b) => a - b)
  const categories = inputCategories(plan)
  return `/**
 * A network made by lockstep-nn: ${inputs} × … × ${network.outputs}, ${parameterCount} parameters.
 * The module needs nothing else; predict gives the same bits as the network that it was made from.
 * SHA-256 of its architecture and parameters: ${digest}
 */

/** The number of values in a sample. */
export const inputs = ${inputs}
/** The number of values in a prediction. */
export const outputs = ${network.outputs}
/** The layers as options of the network. */
export const layers = ${JSON.stringify(layers)}
/** SHA-256, in hex, of the architecture and the parameters. */
export const digest = ${JSON.stringify(digest)}

/**
 * The network's predictions.
 * @param {Float64Array | ReadonlyArray<ReadonlyArray<number> | Float64Array>} x samples: row-major [rows × inputs], or
 *   an array of rows; every value finite
 * @returns {Float64Array} [rows × outputs], row-major
 * @throws {TypeError | RangeError} for samples of a wrong type or size
 */
export function predict(x) {
  const values = flat(x)
  const rows = values.length / inputs
  const output = new Float64Array(rows * outputs)
  for (let row = 0; row < rows; row++) {
    const sample = values.subarray(row * inputs, (row + 1) * inputs)
    const all = []
    for (const layer of LAYERS) {
      const z = layer.transform(layer.reads.map((l) => (l < 0 ? sample : all[l])), layer)
      const activate = activations[layer.activation]
      let a = new Float64Array(layer.units)
      if (layer.row) activate(z, a, 1, layer.units, layer.activationOptions)
      else a = z.map((value) => activate(value, layer.activationOptions))
      all.push(a)
    }
    output.set(all[all.length - 1], row * outputs)
  }
  return output
}

const isFloat64Array = (value) => Object.prototype.toString.call(value) === '[object Float64Array]'

/** The samples as one checked array: the caller's own where it is a Float64Array. */
function flat(x) {
  if (isFloat64Array(x)) {
    if (x.length === 0 || x.length % inputs !== 0) {
      throw new RangeError(\`Expected rows of \${inputs} values for x but received a Float64Array of length \${x.length}.\`)
    }
    x.forEach((value, i) => check(value, Math.floor(i / inputs), i % inputs))
    return x
  }
  if (!Array.isArray(x)) throw new TypeError('Expected a Float64Array or an array of rows for x.')
  if (x.length === 0) throw new RangeError('Expected at least one row for x but received none.')
  const values = new Float64Array(x.length * inputs)
  for (let row = 0; row < x.length; row++) {
    const cells = x[row]
    if (!Array.isArray(cells) && !isFloat64Array(cells)) {
      throw new TypeError(\`Expected a row (an array of numbers or a Float64Array) for x[\${row}].\`)
    }
    if (cells.length !== inputs) {
      throw new RangeError(\`Expected a row of \${inputs} values for x[\${row}] but received one of length \${cells.length}.\`)
    }
    for (let k = 0; k < inputs; k++) values[row * inputs + k] = check(cells[k], row, k)
  }
  return values
}

function check(value, row, k) {
  if (typeof value !== 'number') throw new TypeError(\`Expected a number for x[\${row}][\${k}].\`)
  if (!Number.isFinite(value)) throw new RangeError(\`Expected a finite number for x[\${row}][\${k}] but received \${value}.\`)
${categories.length === 0 ? '' : CATEGORY_CHECK}  return value
}

${
  categories.length === 0
    ? ''
    : `/** The number of categories of a column, by its index. */
const CATEGORIES = new Map(${JSON.stringify(categories.map(({ column, categories: count }) => [column, count]))})

`
}// The layers' functions.
${kinds.map((kind) => TRANSFORMS[kind]).join('\n\n')}

// The elementary functions: + - * / and sqrt only, so that every engine rounds alike.
${needs.map((place) => STATEMENTS[place]).join('\n')}

/** a = f(z), by name. */
const activations = {
${names.map((name) => `  ${name}: ${ACTIVATIONS[name].text},`).join('\n')}
}

/** The layers, with offsets into the parameters. */
const LAYERS = [
${plan.layers.map(layerText).join('\n')}
]

/** Little-endian float64 from base64. */
function decoded(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  const values = new Float64Array(bytes.length / 8)
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat64(8 * i, true)
  return values
}

const parameters = decoded('${base64Of(values)}')
`
}
