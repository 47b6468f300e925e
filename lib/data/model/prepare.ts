/** What a model is trained on: rows, targets and columns, fitted to the records, and the samples that they make. */
import { wrongType } from '../../checks/errors.js'
import type { LayerOption, LossName } from '../../checks/registry.js'
import { lossRegistry } from '../../checks/registry.js'
import type { WeightedSamples } from '../../training/weighted-samples.js'
import { type Column, embeddedInputs, encodeInputs, inputsOf } from '../columns/columns.js'
import { afterEmbedding } from '../columns/embedding.js'
import type { Report } from '../columns/report.js'
import { specifyColumns } from '../columns/specify.js'
import { fitTarget } from '../targets/specify-target.js'
import { withUsualScale } from '../targets/usual-scale.js'
import type { ChosenSettings, ModelTraining } from './choose-settings.js'
import type { GivenFit, TargetedRecords } from './given-fit.js'
import { skippedNote } from './known.js'
import { type ChosenRows, type NamedRecords, rowsOfFit, rowsOfValidation } from './rows.js'
import { encodeTargets, type HeadPlan, planHeads } from './train-head.js'
import { weightsOf } from './weights.js'

/** Records that are ready for training. */
export interface PreparedModel {
  readonly columns: readonly Column[]
  /** Columns of the records that the model does not use. */
  readonly ignored: readonly string[]
  readonly report: Report
  readonly inputs: number
  /** The first layers of a network, which read embedded columns. */
  readonly layers: readonly LayerOption[]
  readonly plans: readonly HeadPlan[]
  /** The samples of each plan. */
  readonly training: readonly WeightedSamples[]
  /** The same for validation; null: there is none. */
  readonly validation: readonly WeightedSamples[] | null
  /** The weights of the labels, or null. */
  readonly classWeight: readonly number[] | null
  /** The number of records, without those that are skipped. */
  readonly records: number
  /** The records that calibrate the model, with their inputs; null: none. */
  readonly calibrating: (NamedRecords & { readonly x: Float64Array }) | null
}

export function prepareModel(options: GivenFit, targeted: TargetedRecords, settings: ChosenSettings): PreparedModel {
  const { given, trainer, seed } = options
  const { all, names, choices, known } = targeted
  const { weights, fit, defaults } = settings
  const rows = chooseRows(targeted, settings.validation, fit, seed)
  const { trained, validation } = rows

  const loss = trainer.loss === undefined ? null : lossRegistry.choose(trainer.loss, 'loss')
  const isUsual = defaults.targetScale === 'auto' && loss === null
  const scaled = isUsual ? choices.map((choice) => withUsualScale(choice, trained, validation)) : choices
  const targets = scaled.map((choice) => fitTarget(trained, choice, loss))
  const targetNames = choices.map(({ name }) => name)
  const taken = new Map<string, string | null>(targetNames.map((name) => [name, 'the target']))
  if (weights !== null) taken.set(weights, 'the weights')
  const groups = groupColumn(given.validation)
  if (groups !== null && !taken.has(groups)) taken.set(groups, null)
  const { columns, report, layers } = specifyColumns(trained, given.columns, given.options, taken, defaults.scaler)
  const ofLabels = given.classWeight ?? fit.classWeight
  const rowWeights = weightsOf({ array: fit.sampleWeight, column: weights, ofLabels }, all, rows, targets)

  const plans = planHeads(targets, loss)
  if (plans.length > 1 && fit.trainer.checkpoint !== undefined) {
    const remedy = `The targets need ${plans.length} networks, and a checkpoint is of one: fit a model for each.`
    throw wrongType('nothing', 'fit.checkpoint', fit.trainer.checkpoint, remedy)
  }
  const samplesOf = ({ records, nameOf }: NamedRecords, sampleWeight: Float64Array | null) => {
    const x = encodeInputs(records, columns, nameOf)
    return plans.map((plan): WeightedSamples => ({ x, y: encodeTargets(records, plan, nameOf), sampleWeight }))
  }
  const training = samplesOf(trained, rowWeights.trained)
  const validated = validation === null ? null : samplesOf(validation, rowWeights.validation)
  const inputs = new Set(columns.map(({ name }) => name))
  // Records for validation that `fit` names are for the losses only.
  const calibrates = settings.validation !== undefined && validation !== null && validated !== null
  return {
    columns,
    ignored: names.filter((name) => !targetNames.includes(name) && !inputs.has(name)),
    report: { ...report, ...skippedOf(targeted, validation) },
    inputs: inputsOf(columns),
    layers,
    plans,
    training,
    validation: validated,
    classWeight: rowWeights.ofLabels,
    records: known.records.length,
    calibrating: calibrates ? { ...validation, x: validated[0].x } : null,
  }
}

/** The layers of a head's network: those of embedded columns, the hidden ones, and the last. */
export const layersOf = (
  { layers, columns }: PreparedModel,
  hidden: readonly LayerOption[],
  { layer }: HeadPlan,
): LayerOption[] => [...afterEmbedding(layers, hidden, embeddedInputs(columns)), layer as LayerOption]

/** The options of the trainer of a head. */
export const trainerOf = (
  { trainer }: GivenFit,
  { defaults }: ChosenSettings,
  { loss }: HeadPlan,
): Readonly<Record<string, unknown>> => ({ loss: loss.name as LossName, ...defaults.trainer, ...trainer })

function chooseRows(
  { known, names, choices, skipping }: TargetedRecords,
  validation: unknown,
  fit: ModelTraining,
  seed: number,
): ChosenRows {
  if (validation === undefined) return rowsOfFit(known, fit.validationSplit, fit.validationData, skipping)
  const [{ name, type }] = choices
  const isLabel = choices.length === 1 && (type === 'label' || type === 'ordered')
  return rowsOfValidation(known, names, validation, { seed, ...(isLabel ? { stratify: name } : {}) }, skipping)
}

/** What the report says about records without a target: how many there are of the call and of those for validation. */
function skippedOf(
  { all, known: { records }, skipping }: TargetedRecords,
  validation: ChosenRows['validation'],
): Pick<Report, 'skipped'> {
  const skipped = all.length - records.length
  const notes = [
    ...(skipped === 0 ? [] : [skippedNote(skipped, all.length, 'record', skipping)]),
    ...(validation?.note === undefined ? [] : [validation.note]),
  ]
  return notes.length === 0 ? {} : { skipped: { records: skipped + (validation?.skipped ?? 0), note: notes.join(' ') } }
}

/** The column of groups in the options of `validation`, which `chooseValidation` has checked. */
function groupColumn(validation: unknown): string | null {
  if (typeof validation !== 'object' || validation === null || Array.isArray(validation)) return null
  const { groups } = validation as { readonly groups?: string }
  return groups ?? null
}
