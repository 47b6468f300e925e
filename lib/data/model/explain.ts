/** What a model's predictions depend on: importance of columns, and partial dependence, for one of its targets. */
import { unknownColumn, unknownName, wrongType } from '../../checks/errors.js'
import { optionsObject } from '../../checks/validate.js'
import type { Column } from '../columns/columns.js'
import { text } from '../records/checks.js'
import { checkRecords, type Records } from '../records/records.js'
import type { Decoded } from '../targets/decoders.js'
import type { NameOf } from '../targets/entry.js'
import { entryOf, type Target } from '../targets/targets.js'
import {
  type ColumnImportance,
  IMPORTANCE_NAMES,
  type ImportanceOptions,
  permutationImportance,
} from '../understanding/importance.js'
import {
  PARTIAL_NAMES,
  type PartialDependence,
  type PartialDependenceOptions,
  partialDependence,
} from '../understanding/partial-dependence.js'
import type { BackendOption } from './heads.js'
import { someWithTargets } from './known.js'
import { LABEL_SCORES, NUMBER_SCORES, scoreOf } from './scores.js'

export interface ModelImportanceOptions extends ImportanceOptions, BackendOption {
  /** A score of `evaluate`. Default `rocAuc` for labels, `r2` for numbers and counts. */
  score?: keyof typeof LABEL_SCORES | keyof typeof NUMBER_SCORES
  /** The target whose score it is, by name. Default: the first. */
  target?: string
}

export interface ModelPartialDependenceOptions extends PartialDependenceOptions, BackendOption {
  /** The target whose prediction it is, by name. Default: the first. */
  target?: string
}

/** What is needed of a model. */
export interface Explained {
  readonly columns: readonly Column[]
  readonly targets: readonly Target[]
  /** The predictions of all targets. */
  decoded(records: Records, options: BackendOption, nameOf: NameOf): readonly Decoded[]
}

const nameOf = (i: number): string => `records[${i}]`

/** The index of the target that the options name. */
function targetIndex(targets: readonly Target[], given: unknown): number {
  if (given === undefined) return 0
  const name = text(given, 'target', 'the name of a target')
  const names = targets.map((target) => target.name)
  if (!names.includes(name)) throw unknownName('the name of a target', 'target', name, names)
  return names.indexOf(name)
}

/** The options of this function, and those that are passed on. */
function split(options: object, where: string, own: readonly string[], names: readonly string[]) {
  const given = optionsObject(options, `the options of ${where}`, [...names, ...own, 'target', 'backend'])
  const { target, backend, ...rest } = given
  return { target, chosen: (backend === undefined ? {} : { backend }) as BackendOption, rest }
}

/** `Model.importance`. */
export function importanceOf(model: Explained, given: unknown, options: ModelImportanceOptions): ColumnImportance[] {
  const { target, chosen, rest } = split(options, 'importance', ['score'], IMPORTANCE_NAMES)
  const { score: givenScore, ...permuting } = rest
  const records = checkRecords(given)
  const i = targetIndex(model.targets, target)
  const one = model.targets[i]
  const [usual, names] = 'encoder' in one ? ['rocAuc', Object.keys(LABEL_SCORES)] : ['r2', Object.keys(NUMBER_SCORES)]
  const score = givenScore ?? usual
  if (typeof score !== 'string') throw wrongType('the name of a score', 'score', score)
  if (!names.includes(score)) throw unknownName(`a score of a ${one.type}`, 'score', score, names)
  const { records: known, places } = someWithTargets(records, [one.name], 'records')
  const nameOfKnown = (k: number): string => nameOf(places[k])
  // The targets are not permuted, so that they are read once.
  const actual = entryOf(one.type).values(known, one, nameOfKnown)
  const scoreOfRecords = (some: Records): number => scoreOf(model.decoded(some, chosen, nameOfKnown)[i], actual, score)
  const columns = model.columns.map(({ name }) => name)
  return permutationImportance(known, columns, scoreOfRecords, permuting)
}

/** `Model.partialDependence`. */
export function partialDependenceOf(
  model: Explained,
  given: unknown,
  column: unknown,
  options: ModelPartialDependenceOptions,
): PartialDependence {
  const { target, chosen, rest } = split(options, 'partialDependence', [], PARTIAL_NAMES)
  const records = checkRecords(given)
  const name = text(column, 'column', 'the name of a column')
  const found = model.columns.find((one) => one.name === name)
  if (found === undefined) {
    const names = model.columns.map((one) => one.name)
    throw unknownColumn(name, 'the columns of the model', names)
  }
  const i = targetIndex(model.targets, target)
  const one = model.targets[i]
  const predict = (some: Records): Float64Array => model.decoded(some, chosen, nameOf)[i].values
  return partialDependence(records, found, 'encoder' in one ? one.encoder.labels : null, predict, rest)
}
