/** The parts of ES modules that compute networks. */
import { wrongSize } from '../checks/errors.js'
import { requireTextFits } from '../checks/json-text.js'
import { activationRegistry, type LayerType } from '../checks/registry.js'
import { inputCategories } from '../kernels/layers/table.js'
import type { LayerPlan } from '../kernels/plan.js'
import type { Network } from '../network/network.js'
import { base64Length, base64Of, USE_SAFETENSORS } from '../network/saved.js'
import { ACTIVATIONS, STATEMENTS } from './module-text.js'
import { kindOf } from './tensors.js'

/** A little less than the longest string of an engine, in parameters of 8 bytes; base64 has 4 letters for 3 bytes. */
const MAX_PARAMETERS = 50_000_000
/** The length of the functions. */
const TEXT_OVERHEAD = 2 ** 17

/** By layer type: z = T(a) for one sample. The sums run in the order of docs/numerics. */
const TRANSFORMS: Readonly<Record<LayerType, string>> = {
  dense: `/** z[j] = bias[j] + Σ_k a[k] w[k][j], added in the order of k. */
function dense([a], { inputs, units, tensors: [weights, bias] }, parameters) {
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
function batchNormalization([a], { tensors: [gamma, beta, mean, variance], options: [, epsilon] }, parameters) {
  return a.map((value, j) => {
    const inverse = 1 / Math.sqrt(parameters[variance + j] + epsilon)
    return parameters[gamma + j] * ((value - parameters[mean + j]) * inverse) + parameters[beta + j]
  })
}`,
  layerNormalization: `/** z = gamma * (x - mean) / sqrt(variance + epsilon) + beta over the units of the sample. */
function layerNormalization([a], { units, tensors: [gamma, beta], options: [epsilon] }, parameters) {
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
function embedding([a], { tensors, options }, parameters) {
  const embeddings = tensors.map((offset, i) => ({ offset, column: options[3 * i], units: options[3 * i + 2] }))
  const embedded = new Set(embeddings.map(({ column }) => column))
  const others = [...a].filter((_, k) => !embedded.has(k))
  const vectors = embeddings.flatMap(({ offset, column, units }) => {
    const vector = offset + units * a[column]
    return [...parameters.subarray(vector, vector + units)]
  })
  return Float64Array.from([...others, ...vectors])
}`,
}

const activationOf = ({ activation }: LayerPlan) => activationRegistry.at(activation)

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
  return `    { transform: ${kindOf(layer)}, inputs: ${inputs}, units: ${units}, ${numbers.join(', ')}, ${activation} },`
}

/** Refuses networks whose text would be too long. `rest` is everything else in the text, but for the functions. */
export function requireModuleFits(networks: readonly Network[], name: string, rest: unknown): void {
  const parameters = networks.reduce((sum, { parameterCount }) => sum + parameterCount, 0)
  if (parameters > MAX_PARAMETERS) {
    const received = `a ${name} with ${parameters}`
    throw wrongSize(`at most ${MAX_PARAMETERS} parameters`, name, received, USE_SAFETENSORS)
  }
  const plans = networks.map(({ plan }) => plan.layers)
  requireTextFits([plans, rest], base64Length(parameters) + TEXT_OVERHEAD, name, USE_SAFETENSORS)
}

/** A network as an object literal. */
export const networkLiteral = ({ plan }: Network, parameters: Float64Array): string => `{
  inputs: ${plan.inputs},
  outputs: ${plan.outputs},
  layers: [
${plan.layers.map(layerText).join('\n')}
  ],
  // By the index of a column: its number of categories.
  categories: new Map(${JSON.stringify(inputCategories(plan).map(({ column, categories: count }) => [column, count]))}),
  parameters: decoded('${base64Of(parameters)}'),
}`

const PREDICTIONS = `/** The outputs of a network for samples x [rows × inputs]: [rows × outputs], row-major. */
function outputsOf({ inputs, outputs, layers, parameters }, x) {
  const rows = x.length / inputs
  const output = new Float64Array(rows * outputs)
  for (let row = 0; row < rows; row++) {
    const sample = x.subarray(row * inputs, (row + 1) * inputs)
    const all = []
    for (const layer of layers) {
      const z = layer.transform(layer.reads.map((l) => (l < 0 ? sample : all[l])), layer, parameters)
      const activate = activations[layer.activation]
      let a = new Float64Array(layer.units)
      if (layer.row) activate(z, a, 1, layer.units, layer.activationOptions)
      else a = z.map((value) => activate(value, layer.activationOptions))
      all.push(a)
    }
    output.set(all[all.length - 1], row * outputs)
  }
  return output
}`

const CATEGORY_CHECK = `/** Refuses a value that is no category of an embedding. */
function checkCategory({ categories }, value, row, k) {
  if (categories.has(k) && !(Number.isInteger(value) && value >= 0 && value < categories.get(k))) {
    throw new RangeError(\`Expected an integer from 0 to \${categories.get(k) - 1} for x[\${row}][\${k}] but received \${value}.\`)
  }
}`

/** Whether a network has columns of categories. */
export const hasCategories = ({ plan }: Network): boolean => inputCategories(plan).length > 0

/** The functions of networks: `outputsOf`, and `checkCategory` where one has an embedding. They need statements. */
export function networkFunctions(networks: readonly Network[]): { text: string; needs: readonly number[] } {
  const layers = networks.flatMap(({ plan }) => plan.layers)
  const kinds = [...new Set(layers.map(kindOf))]
  const names = [...new Set(layers.map((layer) => activationOf(layer).name))]
  return {
    needs: names.flatMap((name) => ACTIVATIONS[name].needs),
    text: `${PREDICTIONS}
${networks.some(hasCategories) ? `\n${CATEGORY_CHECK}\n` : ''}
// The layers' functions.
${kinds.map((kind) => TRANSFORMS[kind]).join('\n\n')}

/** a = f(z), by name. */
const activations = {
${names.map((name) => `  ${name}: ${ACTIVATIONS[name].text},`).join('\n')}
}

/** Little-endian float64 from base64. */
function decoded(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  const values = new Float64Array(bytes.length / 8)
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat64(8 * i, true)
  return values
}`,
  }
}

/** The text of all statements that functions need, in the order in which they run. */
export function statementsText(needs: readonly number[]): string {
  const sorted = [...new Set(needs)].sort((a, b) => a - b)
  return sorted.map((place) => STATEMENTS[place]).join('\n')
}
