/** Networks and models as source text: an ES module without imports that predicts with the same bits. */
import { isBranded } from '../checks/brand.js'
import type { Model } from '../data/model/model.js'
import type { ModelKind } from '../data/model/predictions.js'
import type { Network } from '../network/network.js'
import { modelModule } from './model-module.js'
import { hasCategories, networkFunctions, networkLiteral, requireModuleFits, statementsText } from './network-text.js'
import { networkOrModel } from './tensors.js'

/**
 * A network or a model as the text of an ES module without imports, for any engine. It exports `predict`, with the same
 * bits as `network.predict` or `model.predict`. Of a network it also exports `inputs`, `outputs`, `layers` and `digest`;
 * of a model `columns`, `targets` and `digest`. Its length is 11 letters per parameter (base64) and a few kilobytes.
 * @throws TypeError for anything but a Network or a Model
 * @throws RangeError for more than 50,000,000 parameters, whose text would be too long for engines, or where a
 *   parameter is not finite
 */
export function toModule<Kind extends ModelKind>(network: Network | Model<Kind>): string {
  if (isBranded<Model<Kind>>(network, 'Model')) return modelModule(network.forExport())
  return networkModule(networkOrModel(network))
}

function networkModule(network: Network): string {
  const { inputs, layers } = network.architecture()
  requireModuleFits([network], 'network', layers)
  const values = network.copyToSave()
  const digest = network.digestOf(values)
  const { text, needs } = networkFunctions([network])
  return `/**
 * A network made by lockstep-nn: ${inputs} × … × ${network.outputs}, ${network.parameterCount} parameters.
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
  return outputsOf(NETWORK, flat(x))
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
${hasCategories(network) ? '  checkCategory(NETWORK, value, row, k)\n' : ''}  return value
}

// The elementary functions: + - * / and sqrt only, so that every engine rounds alike.
${statementsText(needs)}

${text}

/** The layers have offsets into the parameters. */
const NETWORK = ${networkLiteral(network, values)}
`
}
