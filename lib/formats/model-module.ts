/** Models as ES modules: records in, predictions out. */
import type { Column } from '../data/columns/column-types.js'
import type { ExportedHead, ExportedModel } from '../data/model/exported.js'
import type { Target } from '../data/targets/targets.js'
import { CALLED, COLUMN_ENCODERS, type FunctionText, TARGET_DECODERS } from './module-text.js'
import { hasCategories, networkFunctions, networkLiteral, requireModuleFits, statementsText } from './network-text.js'

/** A line with a value of plain data. */
const json = (value: unknown): string => JSON.stringify(value)

/** The saved forms of encoders and scalers. */
interface SavedCoder {
  readonly type: string
  readonly categories?: readonly unknown[]
  readonly labels?: readonly unknown[]
  readonly unknown?: string
  readonly missing?: string
}

/** By the type of an encoder: the object that the functions use instead. Scalers are plain data. */
const CODERS: Readonly<Record<string, (saved: SavedCoder) => string>> = {
  oneHot: ({ categories, unknown, missing = 'error' }) =>
    `new CategoryColumns(new CategoryPlaces(${json(categories)}), ${json(unknown)}, ${json(missing)})`,
  labelEncoder: ({ labels }) => `{ labels: ${json(labels)} }`,
}
const NO_EXTRAS = { range: null, clip: null, quantiles: null }

function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('toJSON' in value)) return json(value)
  const saved = (value as { toJSON(): SavedCoder }).toJSON()
  return Object.hasOwn(CODERS, saved.type) ? CODERS[saved.type](saved) : json({ ...NO_EXTRAS, ...saved })
}

/** A column or a target as an object literal. */
const literal = (value: Column | Target): string =>
  `{ ${Object.entries(value)
    .map(([key, one]) => `${key}: ${valueText(one)}`)
    .join(', ')} }`

function headText({ networks, weights, targets }: ExportedHead): string {
  const literals = networks.map((network) => networkLiteral(network, network.copyToSave()))
  const units = targets.map((one) => `{ target: ${literal(one.target)}, units: ${one.units} }`)
  return `  {
    weights: ${json(weights)},
    targets: [${units.join(', ')}],
    networks: [${literals.join(', ')}],
  },`
}

const CHECK = `    for (const k of head.networks[0].categories.keys()) {
      const { inputs } = head.networks[0]
      for (let row = 0; row < x.length / inputs; row++) checkCategory(head.networks[0], x[row * inputs + k], row, k)
    }
`

/** The type of a prediction in JSDoc, and that with intervals. */
function predictionTypes(targets: readonly Target[]): [prediction: string, withIntervals: string] {
  const label = 'string | number | boolean'
  const ofLabel = (more: string) => `{ label: ${label}, probabilities: Record<string, number>${more} }`
  return [
    { number: 'number', ofLabels: ofLabel('') },
    { number: '{ value: number, low: number, high: number }', ofLabels: ofLabel(`, labels: (${label})[]`) },
  ].map(({ number, ofLabels }) => {
    const all = targets.map((target) => ('encoder' in target ? ofLabels : number))
    if (all.length === 1) return all[0]
    return `{ ${targets.map(({ name }, i) => `${json(name)}: ${all[i]}`).join(', ')} }`
  }) as [string, string]
}

/** A text inside of a comment. */
const inComment = (text: string): string => text.replaceAll('*/', '* /').replaceAll(/[\r\n\u2028\u2029]/g, ' ')

/** The text of the module of a model. */
export function modelModule({ digest, columns, ignored, heads, networks, targets }: ExportedModel): string {
  requireModuleFits(networks, 'model', [columns, targets, ignored])
  const functions = networkFunctions(networks)
  const entriesOf = (table: Readonly<Record<string, FunctionText>>, types: readonly string[]) =>
    [...new Set(types)].map((type) => [type, table[type]] as const)
  const encoders = entriesOf(
    COLUMN_ENCODERS,
    columns.map(({ column }) => column.type),
  )
  const decoders = entriesOf(
    TARGET_DECODERS,
    targets.map(({ type }) => type),
  )
  const needs = [...Object.values(CALLED), ...[...encoders, ...decoders].map(([, entry]) => entry)]
  const tableText = (entries: typeof encoders): string =>
    `{ ${entries.map(([type, { text }]) => `${type}: ${text}`).join(', ')} }`
  const names = columns.map(({ column }) => column.name)
  const described = targets.map((target) => ({
    name: target.name,
    type: target.type,
    ...('encoder' in target ? { labels: target.encoder.labels } : {}),
  }))
  const [prediction, withIntervals] = predictionTypes(targets).map(inComment)
  const predicted = inComment(targets.map(({ name, type }) => `${json(name)} (${type})`).join(', '))
  return `/**
 * A model made by lockstep-nn: ${predicted} from ${columns.length} columns.
 * The module needs nothing else; predict gives the same bits as the model that it was made from.
 * SHA-256 of everything that its predictions depend on: ${digest}
 */

/** The columns of a record, in the order of the network's inputs. */
export const columns = ${json(columns.map(({ column: { name, type } }) => ({ name, type })))}
/** What is predicted. */
export const targets = ${json(described)}
/** SHA-256, in hex, of everything that predictions depend on. */
export const digest = ${json(digest)}

/** @typedef {Readonly<Record<string, unknown>>} InputRecord an object with a value for each column */
/** @typedef {${prediction}} Prediction */
/** @typedef {${withIntervals}} PredictionWithIntervals */
/**
 * The prediction for one record, or for each of an array of records.
 * @overload
 * @param {readonly InputRecord[]} records
 * @param {{ interval: number }} options the share of new records whose number should be within low and high, or whose
 *   label among labels
 * @returns {PredictionWithIntervals[]}
 */
/**
 * @overload
 * @param {readonly InputRecord[]} records
 * @param {{ interval?: undefined }} [options]
 * @returns {Prediction[]}
 */
/**
 * @overload
 * @param {InputRecord} record
 * @param {{ interval: number }} options the share of new records whose number should be within low and high, or whose
 *   label among labels
 * @returns {PredictionWithIntervals}
 */
/**
 * @overload
 * @param {InputRecord} record
 * @param {{ interval?: undefined }} [options]
 * @returns {Prediction}
 */
/**
 * @param {InputRecord | readonly InputRecord[]} records
 * @param {{ interval?: number }} [options]
 * @returns {unknown}
 * @throws {TypeError | RangeError} for a column that is missing, unknown, or of a wrong type
 */
export function predict(records, options = {}) {
  if (typeof options !== 'object' || options === null) throw wrongType('an object', 'the options of predict', options)
  for (const key of Object.keys(options)) {
    if (key !== 'interval') {
      throw new TypeError(\`Unknown option "\${key}" in the options of predict. Known: interval.\`)
    }
  }
  return predictRecords(MODEL, records, options.interval)
}

// The functions of columns, targets and networks: + - * / and sqrt only, so that every engine rounds alike.
${statementsText([...functions.needs, ...needs.flatMap((entry) => entry.needs)])}

${functions.text}

/** By type of column. */
const COLUMN_ENCODERS = ${tableText(encoders)}
/** By type of target. */
const TARGET_DECODERS = ${tableText(decoders)}

/** The networks, with the targets of their outputs. The layers have offsets into the parameters. */
const HEADS = [
${heads.map(headText).join('\n')}
]

const MODEL = {
  columns: [
${columns.map(({ column, start, width }) => `    { column: ${literal(column)}, start: ${start}, width: ${width} },`).join('\n')}
  ],
  targets: HEADS.flatMap(({ targets: some }) => some.map(({ target }) => target)),
  names: ${json(names)},
  known: new Set(${json([...names, ...targets.map(({ name }) => name), ...ignored])}),
  decoded: (x, nameOf) => HEADS.flatMap((head) => {
${networks.some(hasCategories) ? CHECK : ''}    const outputs = head.networks.map((network) => outputsOf(network, x))
    return decodedOutputs(head.weights === null ? outputs[0] : meanOutputs(outputs, head.weights), head.targets, nameOf)
  }),
}
`
}
