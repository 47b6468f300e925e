/** A model as JSON, and back: its format, its version, its digest and its checksum. */
import { newSha256 } from '#platform'
import { wrongType, wrongValue } from '../../checks/errors.js'
import { parseJson, requireTextFits } from '../../checks/json-text.js'
import { integer, optionsObject, seed } from '../../checks/validate.js'
import { Network, type SavedNetwork } from '../../network/network.js'
import { base64Length } from '../../network/saved.js'
import {
  type Column,
  checkColumns,
  restoreColumns,
  restored,
  type SavedColumn,
  savedInputsOf,
  wrongInputs,
} from '../columns/columns.js'
import { finite, text } from '../records/checks.js'
import { checkTarget, type SavedTarget, type Target } from '../targets/targets.js'
import { canonical } from './canonical.js'

/** A summary of a training. */
export interface TrainingSummary {
  /** The number of records. */
  readonly rows?: number
  readonly epochs?: number
  /** The loss of the last epoch. */
  readonly finalLoss?: number
  /** The name of the loss. */
  readonly loss?: string
  /** The name of the optimizer. */
  readonly optimizer?: string
  /** The name of the backend. */
  readonly backend?: string
  /** The seed of the initial parameters and of the orders. */
  readonly seed?: number
  /** The caller's date, as text. */
  readonly date?: string
  /** The caller's data about the training, as plain JSON: `lockstep-nn train` saves what `verify` needs. */
  readonly recipe?: Readonly<Record<string, unknown>>
}

/** The result of `toJSON`, and the argument of `fromJSON`. */
export interface SavedModel {
  readonly format: 'lockstep-nn/model'
  readonly version: 1
  readonly columns: readonly SavedColumn[]
  readonly target: SavedTarget
  readonly training: TrainingSummary | null
  readonly network: SavedNetwork
  /** Of everything that predictions depend on. */
  readonly digest: string
  /** Of everything in the file. */
  readonly checksum: string
}

/** The checked parts of a model. */
export interface Parts {
  readonly network: Network
  readonly columns: readonly Column[]
  readonly target: Target
  readonly training: TrainingSummary | null
}

const FORMAT = 'lockstep-nn/model'
const KEYS = ['format', 'version', 'columns', 'target', 'training', 'network', 'digest', 'checksum']

const NETWORK_ALONE =
  'Save model.network with toSafetensors() of lockstep-nn/formats, and the columns and the target separately.'
/** The length of the digests, the checksum and the keys of a saved model and its network. */
const JSON_OVERHEAD = 1024

const sha256 = (content: unknown): string => newSha256().update(JSON.stringify(content)).hex()

/** SHA-256, in hex, of the columns, the target and the digest of the network. */
export const digestOf = ({ columns, target, network }: Parts): string =>
  sha256({ columns, target, network: network.digest() })

export function savedForm(parts: Parts): SavedModel {
  const { network, columns, target, training } = parts
  const rest = [columns, target, training, network.architecture()]
  requireTextFits(rest, base64Length(network.parameterCount) + JSON_OVERHEAD, 'the model', NETWORK_ALONE)
  const content = {
    format: FORMAT,
    version: 1,
    columns: plain(columns) as SavedColumn[],
    target: plain(target) as SavedTarget,
    training,
    network: network.toJSON(),
    digest: digestOf(parts),
  } as const
  return { ...content, checksum: sha256(content) }
}

/** The value that will be read back: scalers and encoders as plain objects. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const TEXTS = ['loss', 'optimizer', 'backend', 'date'] as const
const MAX_INTEGER = Number.MAX_SAFE_INTEGER

/** A training summary; its keys have one order, so that equal summaries are saved as equal bytes. */
export function checkSummary(given: unknown, name: string): TrainingSummary | null {
  if (given === undefined || given === null) return null
  const known = ['rows', 'epochs', 'finalLoss', 'loss', 'optimizer', 'backend', 'seed', 'date', 'recipe']
  const fields = optionsObject(given, name, known)
  const entries = known
    .filter((key) => fields[key] !== undefined)
    .map((key) => {
      const where = `${name}.${key}`
      if ((TEXTS as readonly string[]).includes(key)) return [key, text(fields[key], where)]
      if (key === 'recipe') return [key, checkRecipe(fields[key], where)]
      if (key === 'finalLoss') return [key, finite(fields[key], where)]
      return [key, key === 'seed' ? seed(fields[key], where) : integer(fields[key], where, 1, MAX_INTEGER)]
    })
  return Object.freeze(Object.fromEntries(entries)) as TrainingSummary
}

/** Plain JSON data of the caller, with its keys in one order. */
export function checkRecipe(given: unknown, name: string): Readonly<Record<string, unknown>> {
  const ordered = canonical(given, name)
  if (typeof given !== 'object' || given === null || Array.isArray(given) || !isPlain(given)) {
    throw wrongType('an object of plain JSON data', name, given, 'Its values may be text, numbers, booleans and null.')
  }
  return Object.freeze(ordered) as Readonly<Record<string, unknown>>
}

/** Whether JSON keeps all of a value. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value !== 'object' || value === null) return ['string', 'boolean', 'object'].includes(typeof value)
  const isData = Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]'
  return isData && Object.values(value).every(isPlain)
}

/**
 * The parts of a saved model, after all checks.
 * @param name its name in errors
 */
export function partsOf(saved: unknown, name: string): Parts {
  const read = typeof saved === 'string' ? parseJson(saved, name) : saved
  if (typeof read !== 'object' || read === null || Array.isArray(read)) throw wrongType('an object', name, read)
  const given = read as Record<string, unknown>
  if (given.format !== FORMAT) {
    const remedy = given.format === 'lockstep-nn' ? 'It is a network: read it with Network.fromJSON.' : undefined
    throw wrongValue(`"${FORMAT}"`, `format of ${name}`, given.format, remedy)
  }
  if (given.version !== 1) {
    throw wrongValue('version 1', `version of ${name}`, given.version, 'A newer lockstep-nn may read it.')
  }
  optionsObject(given, name, KEYS)
  const { checksum, ...content } = given
  const found = sha256(canonical(content, name))
  if (found !== checksum) {
    throw wrongValue(`the checksum ${found}`, name, checksum, 'It is damaged or was edited.')
  }
  const network = Network.fromJSON(given.network as SavedNetwork)
  // Lists that are too long for the network are refused before they are read.
  const inputs = savedInputsOf(given.columns)
  if (inputs > network.inputs) throw wrongInputs(inputs, network.inputs)
  const columns = checkColumns(restoreColumns(given.columns))
  const parts = {
    network,
    columns,
    target: checkTarget(restored(given.target, 'target'), columns),
    training: checkSummary(given.training, 'training'),
  }
  const digest = digestOf(parts)
  if (digest !== given.digest) {
    throw wrongValue(`the digest ${digest}`, name, given.digest, 'It is damaged or was edited.')
  }
  return parts
}
