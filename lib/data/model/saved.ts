/** A model as JSON, and back: its format, its version, its digest and its checksum. */
import { newSha256 } from '#platform'
import { wrongType, wrongValue } from '../../checks/errors.js'
import { parseJson, requireTextFits } from '../../checks/json-text.js'
import { optionsObject } from '../../checks/validate.js'
import { Ensemble } from '../../network/ensemble.js'
import type { SavedEnsemble, SavedWeightedEnsemble } from '../../network/ensemble-saved.js'
import { Network, type SavedNetwork } from '../../network/network.js'
import { base64Length } from '../../network/saved.js'
import { WeightedEnsemble } from '../../network/weighted-ensemble.js'
import {
  type Column,
  checkColumns,
  restoreColumns,
  type SavedColumn,
  savedInputsOf,
  wrongInputs,
} from '../columns/columns.js'
import { checkReport, type Report } from '../columns/report.js'
import { list } from '../records/checks.js'
import { checkTarget, restoreTarget, type SavedTarget } from '../targets/targets.js'
import { canonical } from './canonical.js'
import { type Head, type HeadNetwork, membersOf } from './heads.js'
import { checkIgnored } from './ignored.js'
import { checkSummary, type TrainingSummary } from './training.js'

/** The result of `toJSON`, and the argument of `fromJSON`. */
export interface SavedModel {
  readonly format: 'lockstep-nn/model'
  readonly version: 2
  readonly columns: readonly SavedColumn[]
  /** The target of a model of one target, and its network. */
  readonly target?: SavedTarget
  /** Of a model of several targets: its networks with their targets. */
  readonly heads?: readonly SavedHead[]
  /** Columns of the records of the training that the model does not use. */
  readonly ignored?: readonly string[]
  readonly training: TrainingSummary | null
  readonly report: Report | null
  readonly network?: SavedHeadNetwork
  /** Of everything that predictions depend on. */
  readonly digest: string
  /** Of everything in the file. */
  readonly checksum: string
}

/** A network or an ensemble, and the targets that it predicts. */
export interface SavedHead {
  readonly targets: readonly SavedTarget[]
  readonly network: SavedHeadNetwork
}

export type SavedHeadNetwork = SavedNetwork | SavedEnsemble | SavedWeightedEnsemble

/** The checked parts of a model. */
export interface Parts {
  readonly heads: readonly Head[]
  readonly columns: readonly Column[]
  readonly ignored: readonly string[]
  readonly training: TrainingSummary | null
  readonly report: Report | null
}

const FORMAT = 'lockstep-nn/model'
/** The versions that are read; the last one is written. Version 1 has one target, no report and no list of ignored columns. */
const VERSIONS: readonly unknown[] = [1, 2]
const OLD_KEYS = ['format', 'version', 'columns', 'target', 'training', 'network', 'digest', 'checksum']
const KEYS = [...OLD_KEYS.slice(0, 4), 'heads', 'ignored', 'training', 'report', 'network', 'digest', 'checksum']

const NETWORK_ALONE =
  'Save model.network with toSafetensors() of lockstep-nn/formats, and the columns and the target separately.'
/** The length of the digests, the checksum and the keys of a saved model and its network. */
const JSON_OVERHEAD = 1024

const sha256 = (content: unknown): string => newSha256().update(JSON.stringify(content)).hex()

/**
 * SHA-256, in hex, of the columns, the target and the digest of the network; of several targets, of the columns and the
 * heads.
 */
export function digestOf({ columns, heads }: Parts): string {
  const [{ network, targets }] = heads
  if (isOfOneTarget(heads)) return sha256({ columns, target: targets[0], network: network.digest() })
  const digests = heads.map((head) => ({ targets: head.targets, network: head.network.digest() }))
  return sha256({ columns, heads: digests })
}

const isOfOneTarget = (heads: readonly Head[]): boolean => heads.length === 1 && heads[0].targets.length === 1

export function savedForm(parts: Parts): SavedModel {
  const { heads, columns, ignored, training, report } = parts
  const members = heads.flatMap(membersOf)
  const rest = [
    columns,
    heads.map(({ targets }) => targets),
    training,
    report,
    members.map((one) => one.architecture()),
  ]
  const parameters = members.reduce((sum, one) => sum + base64Length(one.parameterCount) + JSON_OVERHEAD, 0)
  requireTextFits(rest, parameters, 'the model', NETWORK_ALONE)
  const single = isOfOneTarget(heads)
  const saved = heads.map(({ targets, network }) => ({
    targets: plain(targets) as SavedTarget[],
    network: network.toJSON(),
  }))
  const content = canonical(
    {
      format: FORMAT,
      version: 2,
      columns: plain(columns) as SavedColumn[],
      ...(single ? { target: saved[0].targets[0] } : { heads: saved }),
      ...(ignored.length === 0 ? {} : { ignored }),
      training,
      report,
      ...(single ? { network: saved[0].network } : {}),
      digest: digestOf(parts),
    },
    'the model',
  ) as Omit<SavedModel, 'checksum'>
  return { ...content, checksum: sha256(content) }
}

/** The value that will be read back: scalers and encoders as plain objects. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

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
  if (!VERSIONS.includes(given.version)) {
    throw wrongValue('version 1 or 2', `version of ${name}`, given.version, 'A newer lockstep-nn may read it.')
  }
  optionsObject(given, name, given.version === 1 ? OLD_KEYS : KEYS)
  const { checksum, ...content } = given
  const found = sha256(canonical(content, name))
  if (found !== checksum) {
    throw wrongValue(`the checksum ${found}`, name, checksum, 'It is damaged or was edited.')
  }
  const restoredHeads = restoreHeads(given)
  const [{ network }] = restoredHeads
  // Lists that are too long for the network are refused before they are read.
  const inputs = savedInputsOf(given.columns)
  if (inputs > network.inputs) throw wrongInputs(inputs, network.inputs)
  const columns = checkColumns(restoreColumns(given.columns))
  const parts = {
    heads: restoredHeads.map((head) => ({
      network: head.network,
      targets: head.targets.map(([saved, where]) => checkTarget(restoreTarget(saved, where), columns, where)),
    })),
    columns,
    ignored: checkIgnored(given.ignored),
    training: checkSummary(given.training, 'training'),
    report: checkReport(given.report, 'report'),
  }
  const digest = digestOf(parts)
  if (digest !== given.digest) {
    throw wrongValue(`the digest ${digest}`, name, given.digest, 'It is damaged or was edited.')
  }
  return parts
}

/** A head with its targets as they are saved, and their names in errors. */
interface RestoredHead {
  readonly network: HeadNetwork
  readonly targets: readonly (readonly [saved: unknown, where: string])[]
}

/** The networks of a saved model, with their targets before any check. */
function restoreHeads(given: Readonly<Record<string, unknown>>): RestoredHead[] {
  if (given.heads === undefined) {
    return [{ network: restoreNetwork(given.network), targets: [[given.target, 'target']] }]
  }
  for (const key of ['target', 'network']) {
    if (given[key] !== undefined) throw wrongType('nothing', key, given[key], 'heads has the targets and networks.')
  }
  return list(given.heads, 'heads', 'heads').map((head, i) => {
    const where = `heads[${i}]`
    const fields = optionsObject(head, where, ['targets', 'network'])
    return {
      network: restoreNetwork(fields.network),
      targets: list(fields.targets, `${where}.targets`, 'targets').map(
        (target, j) => [target, `${where}.targets[${j}]`] as const,
      ),
    }
  })
}

function restoreNetwork(saved: unknown): HeadNetwork {
  const format = typeof saved === 'object' && saved !== null ? (saved as { format?: unknown }).format : undefined
  if (format === 'lockstep-nn/ensemble') return Ensemble.fromJSON(saved as SavedEnsemble)
  if (format === 'lockstep-nn/weighted-ensemble') return WeightedEnsemble.fromJSON(saved as SavedWeightedEnsemble)
  return Network.fromJSON(saved as SavedNetwork)
}
