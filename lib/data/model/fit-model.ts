/** Trains a model on records, with defaults for what the caller does not choose. */
import { wrongSize, wrongType } from '../../checks/errors.js'
import { type LayerOption, lossRegistry, optimizerRegistry } from '../../checks/registry.js'
import { boolean, seed as checkSeed, elements, entriesOf, integer, optionsObject } from '../../checks/validate.js'
import { fitOptions as checkFitOptions, type FitOptions } from '../../training/fit-options.js'
import type { History } from '../../training/history.js'
import { embeddedInputs, encodeInputs, inputsOf } from '../columns/columns.js'
import { afterEmbedding } from '../columns/embedding.js'
import { specifyColumns } from '../columns/specify.js'
import { text } from '../records/checks.js'
import { checkRecords, columnNames, type Records } from '../records/records.js'
import { fitTarget, readTargets, type TargetChoice } from '../targets/specify-target.js'
import { withUsualScale } from '../targets/usual-scale.js'
import { calibrated } from './calibrate.js'
import { defaultsFor, type FitDefaults, PLAIN_DEFAULTS } from './defaults.js'
import { MAX_MEMBERS, MODEL_FIT_OPTIONS, type ModelFitOptions } from './fit-settings.js'
import { checkRecipe } from './recipe.js'
import { type ChosenRows, type NamedRecords, rowsOfFit, rowsOfValidation } from './rows.js'
import type { Parts } from './saved.js'
import { type Common, encodeTargets, planHeads, type TrainedHead, trainHead } from './train-head.js'
import type { TrainingSummary } from './training.js'
import { weightColumn, weightsOf } from './weights.js'

const MAX_UNITS = 2 ** 24

/** The parts of a trained model, and the histories of its networks. */
export interface FittedModel extends Parts {
  readonly histories: readonly History[]
}

export async function fitModel(givenRecords: unknown, options: ModelFitOptions): Promise<FittedModel> {
  const given = optionsObject(options, 'the options of Model.fit', MODEL_FIT_OPTIONS)
  const seed = given.seed === undefined ? 0 : checkSeed(given.seed, 'seed')
  const date = given.date === undefined ? undefined : text(given.date, 'date')
  const recipe = given.recipe === undefined ? undefined : checkRecipe(given.recipe, 'recipe')
  const temperature = given.temperature === undefined ? true : boolean(given.temperature, 'temperature')
  const trainer = plain(given.trainer, 'trainer')
  // Read once, because the model stores their names.
  if (trainer.loss !== undefined) trainer.loss = lossRegistry.read(trainer.loss, 'loss')
  if (trainer.optimizer !== undefined) {
    trainer.optimizer = optimizerRegistry.read(trainer.optimizer, 'optimizer')
  }
  const ownFit = plain(given.fit, 'fit')
  const records = checkRecords(givenRecords)
  const defaults = chosenDefaults(given, trainer, records.length)
  const members = given.members === undefined ? defaults.members : integer(given.members, 'members', 1, MAX_MEMBERS)
  if (seed > Number.MAX_SAFE_INTEGER - members + 1) {
    throw wrongSize(`a seed with ${members - 1} higher ones below 2^53`, 'seed', `${seed}`)
  }
  const hidden = given.hidden === undefined ? [...defaults.hidden] : hiddenLayers(given.hidden)
  const all = columnNames(records)
  const choices = readTargets(records, all, given.target)
  const names = choices.map(({ name }) => name)
  const weights = weightColumn(given.sampleWeight, all, names)
  const validationOption = given.validation ?? usualValidation(defaults, ownFit, choices)
  if (given.temperature === true && validationOption === undefined) {
    throw wrongType('nothing', 'temperature', true, 'It is fitted to validation records: pass validation, too.')
  }
  const fit = trainingOptions(ownFit, given, validationOption !== undefined, defaults)
  const rows = chooseRows(records, all, validationOption, fit, choices, seed)
  const { trained, validation } = rows

  const loss = trainer.loss === undefined ? null : lossRegistry.choose(trainer.loss, 'loss')
  const isUsual = defaults.targetScale === 'auto' && loss === null
  const scaled = isUsual ? choices.map((choice) => withUsualScale(choice, trained, validation)) : choices
  const targets = scaled.map((choice) => fitTarget(trained, choice, loss))
  const taken = new Map<string, string | null>(names.map((name) => [name, 'the target']))
  if (weights !== null) taken.set(weights, 'the weights')
  const groups = groupColumn(given.validation)
  if (groups !== null && !taken.has(groups)) taken.set(groups, null)
  const { columns, report, layers } = specifyColumns(trained, given.columns, given.options, taken, defaults.scaler)
  const ofLabels = given.classWeight ?? fit.classWeight
  const rowWeights = weightsOf({ array: fit.sampleWeight, column: weights, ofLabels }, records, rows, targets)

  const plans = planHeads(targets, loss)
  if (plans.length > 1 && fit.trainer.checkpoint !== undefined) {
    const remedy = `The targets need ${plans.length} networks, and a checkpoint is of one: fit a model for each.`
    throw wrongType('nothing', 'fit.checkpoint', fit.trainer.checkpoint, remedy)
  }
  const encode = ({ records: some, nameOf }: NamedRecords): Float64Array => encodeInputs(some, columns, nameOf)
  const x = encode(trained)
  const kept = validation === null ? null : { ...validation, x: encode(validation) }
  const ys = plans.map((plan) => encodeTargets(trained.records, plan, trained.nameOf))
  const common: Common = {
    inputs: inputsOf(columns),
    hidden: afterEmbedding(layers, hidden, embeddedInputs(columns)),
    seed,
    members,
    trainer: { ...defaults.trainer, ...trainer },
  }
  const heads: TrainedHead[] = []
  for (const [i, plan] of plans.entries()) {
    const chosen = { ...fit.trainer } as FitOptions
    if (rowWeights.trained !== null) chosen.sampleWeight = rowWeights.trained
    if (kept !== null) {
      const y = encodeTargets(kept.records, plan, kept.nameOf)
      const weighted = rowWeights.validation === null ? {} : { sampleWeight: rowWeights.validation }
      chosen.validationData = { x: kept.x, y, ...weighted }
    }
    heads.push(await trainHead(plan, common, x, ys[i], chosen))
  }
  const inputs = new Set(columns.map(({ name }) => name))
  // Those of `fit` are for the losses only.
  const calibrating = validationOption === undefined ? null : kept
  return {
    heads: heads.map(({ head }) => (calibrating === null ? head : calibrated(head, calibrating, temperature))),
    columns,
    ignored: all.filter((name) => !names.includes(name) && !inputs.has(name)),
    training: summaryOf(heads, {
      rows: records.length,
      validationRows: calibrating?.records.length,
      loss: [...new Set(plans.map((plan) => plan.loss.name))].join(', '),
      optimizer: nameOfChoice(trainer.optimizer ?? defaults.trainer.optimizer),
      seed,
      date,
      members: members === 1 ? undefined : members,
      recipe,
    }),
    report,
    histories: heads.flatMap(({ histories }) => histories),
  }
}

/** The options of `fit`: those that the model itself uses, and those for the trainer. */
interface ModelTraining {
  readonly validationSplit: unknown
  readonly validationData: unknown
  readonly classWeight: unknown
  readonly sampleWeight: unknown
  readonly trainer: Readonly<Record<string, unknown>>
}

/** The settings that the caller leaves out: by the number of records, unless the network or its optimizer is the caller's. */
function chosenDefaults(
  given: Readonly<Record<string, unknown>>,
  { optimizer, schedule }: Readonly<Record<string, unknown>>,
  records: number,
): FitDefaults {
  const isOwn = given.hidden !== undefined || optimizer !== undefined || schedule !== undefined
  return isOwn ? PLAIN_DEFAULTS : defaultsFor(records)
}

/** The share for validation by default. Several targets have none, as their rare labels could be in it alone. */
function usualValidation(
  { validation }: FitDefaults,
  { validationSplit, validationData }: Readonly<Record<string, unknown>>,
  choices: readonly TargetChoice[],
): number | undefined {
  const isOwn = validationSplit !== undefined || validationData !== undefined
  return isOwn || validation === null || choices.length > 1 ? undefined : validation
}

function trainingOptions(
  fit: Record<string, unknown>,
  given: Readonly<Record<string, unknown>>,
  validated: boolean,
  { fit: usual, earlyStopping: usualStopping }: FitDefaults,
): ModelTraining {
  const { earlyStopping } = fit
  const isOff = earlyStopping === false
  if (isOff) delete fit.earlyStopping
  // The caller's options refine the defaults; the trainer checks what is no object.
  else if (validated && typeof earlyStopping === 'object' && earlyStopping !== null) {
    fit.earlyStopping = { ...usualStopping, ...earlyStopping }
  }
  const { validationSplit, validationData, classWeight, sampleWeight, ...rest } = checkFitOptions(fit)
  for (const [name, value] of Object.entries({ validationSplit, validationData })) {
    if (given.validation !== undefined && value !== undefined) {
      throw wrongType('nothing', `fit.${name}`, value, 'validation is given: leave one of them out.')
    }
  }
  if (given.classWeight !== undefined && classWeight !== undefined) {
    throw wrongType('nothing', 'fit.classWeight', classWeight, 'classWeight is given: leave one of them out.')
  }
  const { validatedEpochs, ...plain } = usual
  const defaults = {
    ...plain,
    ...(validated ? { epochs: validatedEpochs } : {}),
    ...(validated && !isOff ? { earlyStopping: usualStopping } : {}),
  }
  return { validationSplit, validationData, classWeight, sampleWeight, trainer: { ...defaults, ...rest } }
}

function chooseRows(
  records: Records,
  names: readonly string[],
  validation: unknown,
  fit: ModelTraining,
  choices: readonly TargetChoice[],
  seed: number,
): ChosenRows {
  if (validation === undefined) return rowsOfFit(records, fit.validationSplit, fit.validationData)
  const [{ name, type }] = choices
  const isLabel = choices.length === 1 && (type === 'label' || type === 'ordered')
  return rowsOfValidation(records, names, validation, { seed, ...(isLabel ? { stratify: name } : {}) })
}

/** The column of groups in the options of `validation`, which `chooseValidation` has checked. */
function groupColumn(validation: unknown): string | null {
  if (typeof validation !== 'object' || validation === null || Array.isArray(validation)) return null
  const { groups } = validation as { readonly groups?: string }
  return groups ?? null
}

/** The summary of the training of all networks: the most epochs of one, and the means of their losses. */
function summaryOf(heads: readonly TrainedHead[], known: TrainingSummary): TrainingSummary {
  const histories = heads.flatMap((head) => head.histories)
  const epochs = Math.max(...histories.map((history) => history.epochs))
  const mean = (values: readonly (number | undefined)[]): number | undefined => {
    let sum = 0
    for (const value of values) sum += value ?? Number.NaN
    const result = sum / values.length
    return Number.isFinite(result) ? result : undefined
  }
  const validationLoss =
    known.validationRows === undefined
      ? undefined
      : mean(
          histories.map(({ validationLoss, bestEpoch, initialEpoch }) =>
            bestEpoch === undefined ? validationLoss?.at(-1) : validationLoss?.[bestEpoch - initialEpoch],
          ),
        )
  return {
    ...known,
    epochs: epochs === 0 ? undefined : epochs,
    finalLoss: mean(histories.map(({ loss }) => loss.at(-1))),
    validationLoss,
    backend: histories[0].backend,
  }
}

function plain(given: unknown, name: string): Record<string, unknown> {
  if (given === undefined) return {}
  // An undefined option means its default.
  return Object.fromEntries(entriesOf(given, name).filter(([, value]) => value !== undefined))
}

function hiddenLayers(given: unknown): LayerOption[] {
  if (!Array.isArray(given)) throw wrongType('an array of numbers of units, or of layers,', 'hidden', given)
  return elements(given).map((layer, i): LayerOption => {
    if (typeof layer === 'object' && layer !== null) return layer as LayerOption
    return { units: integer(layer, `hidden[${i}]`, 1, MAX_UNITS), activation: 'relu' }
  })
}

const nameOfChoice = (choice: unknown): string =>
  typeof choice === 'string' ? choice : (choice as { name: string }).name
