/** The objective of records: a trial has options of Model.fit, and trains one network. */
import { wrongSize, wrongType } from '../../checks/errors.js'
import { boolean, checkedOptions, optionsObject, seed } from '../../checks/validate.js'
import { assembleModel } from '../../data/model/assemble.js'
import { type ChosenSettings, chooseSettings } from '../../data/model/choose-settings.js'
import { type GivenFit, readFitOptions, readTargetedRecords, type TargetedRecords } from '../../data/model/given-fit.js'
import { Model } from '../../data/model/model.js'
import { layersOf, type PreparedModel, prepareModel, trainerOf } from '../../data/model/prepare.js'
import { cell, checkRecords, columnNames, isDate, type Records } from '../../data/records/records.js'
import { allSplits, plainFolds, stratifiedFolds } from '../../data/splits/folds.js'
import { WeightedEnsemble } from '../../network/weighted-ensemble.js'
import type { Sha256 } from '../../platform/platform.js'
import { canonicalText, ValueNames } from '../engine/canonical-text.js'
import { type Fold, USUAL_SHARE } from '../engine/folds.js'
import { keyOfTrial, trainedNetwork } from '../engine/trial-setup.js'
import type { Objective } from './objective.js'
import { OF_STUDY, requireNone } from './refused.js'

/** Options of a trial that are those of the study, with the reason. */
const REFUSED: Readonly<Record<string, string>> = {
  validation: 'It is an option of search.',
  members: 'A trial trains one network.',
  date: 'A study has no date, so that the same call gives the same study.',
  recipe: 'Save it with the best model.',
}

const REFUSED_OF_FIT = { ...OF_STUDY.fit, sampleWeight: 'Name a column: sampleWeight.' }

const FOLDS = ['folds', 'shuffle', 'seed', 'stratify']

/** The rows of validation: of Model.fit, or the options of folds. */
interface Rows {
  /** The option `validation` of a trial. */
  readonly validation: unknown
  readonly folds: Readonly<Record<string, unknown>> | null
}

/**
 * @param validation as of Model.fit, or `{ folds, shuffle, seed, stratify }`
 * @throws TypeError or RangeError for wrong data or a wrong `validation`
 */
export function recordsObjective(given: unknown, validation: unknown, studySeed: number): Objective {
  const records = copyOf(checkRecords(given, 'data.records'))
  const rows = rowsOf(validation, studySeed)
  const targets = new Map<string, TargetedRecords>()
  const prepared = new Map<string, Prepared>()
  // Of the keys of both maps, so that they are as old as these.
  const names = new ValueNames()

  const targetedBy = (target: unknown): TargetedRecords => {
    const key = names.of(target, 'model.target')
    const found = targets.get(key) ?? readTargetedRecords(records, target)
    targets.set(key, found)
    return found
  }

  const preparedBy = (given: GivenFit, targeted: TargetedRecords, settings: ChosenSettings): Prepared => {
    const key = keyOfPreparation(given, names)
    const found = prepared.get(key) ?? prepare(given, targeted, settings, rows)
    prepared.set(key, found)
    return found
  }

  const readTrial = (options: unknown) => {
    const { model } = checkedOptions(options, 'the space', ['model'])
    const given = readFitOptions(model)
    requireNone(given.fit, REFUSED_OF_FIT, 'model.fit')
    requireNone(given.trainer, OF_STUDY.trainer, 'model.trainer')
    const targeted = targetedBy(given.given.target)
    const settings = chooseSettings(given, targeted)
    const { parts, folds } = preparedBy(given, targeted, settings)
    const [{ plans }] = parts
    if (plans.length > 1) {
      const remedy = 'Search for each of them.'
      throw wrongSize('targets that one network can predict', 'model.target', `${plans.length} kinds`, remedy)
    }
    // The categories of a column, and so the inputs, may differ between the training rows of folds.
    const networks = parts.map((part) => ({
      inputs: part.inputs,
      layers: layersOf(part, settings.hidden, part.plans[0]),
    }))
    return { given, settings, parts, folds, networks, plan: plans[0] }
  }

  const objective: Objective = {
    complete(options, number) {
      const { model, ...rest } = options as Record<string, unknown>
      if (typeof model !== 'object' || model === null) return options
      requireNone(model, REFUSED, 'model')
      const own = { seed: studySeed + number, ...model, validation: rows.validation, members: 1 }
      return { ...rest, model: own }
    },
    read(options, number) {
      const { given, settings, folds, networks, plan } = readTrial(options)
      const { optimizer, ...trainer } = trainerOf(given, settings, plan)
      const { seed: fitSeed = given.seed, ...fit } = settings.fit.trainer
      const shared = { trainer, fit }
      const own = { networkSeed: given.seed, fitSeed: seed(fitSeed, 'model.fit.seed'), optimizer }
      const key = keyOfTrial({ network: networks[0], trainer, fit, optimizer }, names)
      return { number, shared, networks, own, folds, key }
    },
    addTo(hash) {
      addRecords(hash, records)
      const { validation, folds } = rows
      if (Array.isArray(validation)) addRecords(hash, validation)
      else hash.update(canonicalText([validation, folds], 'validation'))
    },
    model: (options) => Model.fit(records, (options as { model: never }).model),
    forEnsemble: () =>
      rows.folds === null ? objective : recordsObjective(records, rows.validation ?? null, studySeed),
    ensemble(members) {
      const { given, settings, parts } = readTrial(members[0].options)
      const networks = members.map(({ options, parameters: [parameters] }) =>
        trainedNetwork(readTrial(options).networks[0], parameters),
      )
      const network = new WeightedEnsemble({ members: networks, weights: members.map(({ weight }) => weight) })
      const head = { network, targets: parts[0].plans[0].targets }
      const trainings = members.map(({ training }) => training)
      return new Model(assembleModel(given, settings, parts[0], [{ head, trainings }]))
    },
  }
  return objective
}

/** A copy that the caller cannot change. */
const copyOf = (records: Records): Records =>
  records.map((record) => {
    const copy: Record<string, unknown> = { ...record }
    for (const name of Object.keys(copy)) {
      const value = copy[name]
      if (isDate(value)) copy[name] = new Date(value.getTime())
    }
    return copy
  })

/** The order of columns is that of the inputs of a network, so that it is part of the data. */
function addRecords(hash: Sha256, records: Records): void {
  hash.update(`${JSON.stringify(columnNames(records))}\n`)
  for (const record of records) {
    const cells = Object.keys(record).map((name) => `${JSON.stringify(name)}:${cellText(record[name])}`)
    hash.update(`${cells.sort().join()}\n`)
  }
}

/** No model is trained on a cell that is neither a text, a number, true, false nor a Date. */
function cellText(value: unknown): string {
  const isOther = typeof value === 'object' ? value !== null && !isDate(value) : OTHER.includes(typeof value)
  return isOther ? typeof value : canonicalText(value, 'data.records')
}

const OTHER = ['function', 'symbol', 'bigint']

/** Without a seed of their own, all trials have the rows of the study's seed. */
function rowsOf(validation: unknown, studySeed: number): Rows {
  if (validation === null) return { validation: undefined, folds: null }
  if (typeof validation === 'number') return { validation: { share: validation, seed: studySeed }, folds: null }
  if (Array.isArray(validation)) return { validation: copyOf(checkRecords(validation, 'validation')), folds: null }
  if (typeof validation !== 'object') {
    throw wrongType('a share, an object of options, or an array of records', 'validation', validation)
  }
  if (!('folds' in validation)) {
    // As for arrays: `split` is another word for `share`.
    const { split, ...rest } = validation as Record<string, unknown>
    if (split !== undefined && rest.share !== undefined) {
      throw wrongType('nothing together with split', 'validation.share', rest.share)
    }
    const share = split === undefined ? {} : { share: split }
    const ordered = 'time' in rest || rest.shuffle === false ? {} : { seed: studySeed }
    return { validation: { ...ordered, ...rest, ...share }, folds: null }
  }
  const folds = { seed: studySeed, ...optionsObject(validation, 'validation', FOLDS) }
  return { validation: { share: USUAL_SHARE, seed: studySeed }, folds }
}

/** The records prepared once for each fold, and the samples of their only head. */
interface Prepared {
  readonly parts: readonly PreparedModel[]
  readonly folds: readonly Fold[]
}

function prepare(given: GivenFit, targeted: TargetedRecords, settings: ChosenSettings, { folds }: Rows): Prepared {
  const parts = folds === null ? [prepareModel(given, targeted, settings)] : prepareFolds(given, targeted, folds)
  const samples = parts.map(({ training, validation }) => ({
    training: training[0],
    validation: validation?.[0] ?? null,
  }))
  return { parts, folds: samples }
}

function prepareFolds(
  given: GivenFit,
  targeted: TargetedRecords,
  folds: Readonly<Record<string, unknown>>,
): PreparedModel[] {
  const { records } = targeted.known
  return splitsOf(records, targeted, folds).map(({ train, test }) => {
    const own = { ...given, given: { ...given.given, validation: test } }
    const some = readTargetedRecords(train, given.given.target)
    return prepareModel(own, some, chooseSettings(own, some))
  })
}

function splitsOf(records: Records, { choices }: TargetedRecords, options: Readonly<Record<string, unknown>>) {
  const { stratify, ...rest } = options
  const { folds: count } = rest
  if (typeof count === 'number' && count > records.length) {
    throw wrongSize(`at least ${count} records`, 'data.records', `${records.length}`)
  }
  const [{ name, type }] = choices
  const isLabel = choices.length === 1 && (type === 'label' || type === 'ordered')
  const isStratified = stratify === undefined ? isLabel : boolean(stratify, 'validation.stratify')
  return allSplits(
    isStratified ? stratifiedFolds(records, (record) => String(cell(record, name)), rest) : plainFolds(records, rest),
  )
}

/** What decides how records are prepared. */
function keyOfPreparation({ given, trainer, temperature, hidden }: GivenFit, names: ValueNames): string {
  const { target, columns, options, classWeight, sampleWeight } = given
  const fit = given.fit as { readonly classWeight?: unknown } | undefined
  const isOwn = hidden !== null || trainer.optimizer !== undefined || trainer.schedule !== undefined
  const all = [target, columns, options, classWeight, fit?.classWeight, sampleWeight, trainer.loss, temperature, isOwn]
  return all.map((value) => names.of(value, 'model')).join(' ')
}
