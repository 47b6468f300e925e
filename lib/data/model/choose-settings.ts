/** The settings of a fit: what the caller chose, with defaults in place of what is left out. */
import { wrongSize, wrongType } from '../../checks/errors.js'
import type { LayerOption } from '../../checks/registry.js'
import { integer } from '../../checks/validate.js'
import { fitOptions as checkFitOptions } from '../../training/fit-options.js'
import type { TargetChoice } from '../targets/specify-target.js'
import { defaultsFor, type FitDefaults, PLAIN_DEFAULTS } from './defaults.js'
import { MAX_MEMBERS } from './fit-settings.js'
import type { GivenFit, TargetedRecords } from './given-fit.js'
import { weightColumn } from './weights.js'

/** The settings of a fit. */
export interface ChosenSettings {
  readonly defaults: FitDefaults
  readonly members: number
  readonly hidden: readonly LayerOption[]
  /** The column of weights, or null. */
  readonly weights: string | null
  /** A share, options or records, not checked yet; undefined: none. */
  readonly validation: unknown
  readonly fit: ModelTraining
}

export function chooseSettings(options: GivenFit, { known, names, choices }: TargetedRecords): ChosenSettings {
  const { given, seed, trainer } = options
  const defaults = chosenDefaults(given, trainer, known.records.length)
  const members = given.members === undefined ? defaults.members : integer(given.members, 'members', 1, MAX_MEMBERS)
  if (seed > Number.MAX_SAFE_INTEGER - members + 1) {
    throw wrongSize(`a seed with ${members - 1} higher ones below 2^53`, 'seed', `${seed}`)
  }
  const targets = choices.map(({ name }) => name)
  const weights = weightColumn(given.sampleWeight, names, targets)
  const validation = given.validation ?? usualValidation(defaults, options.fit, choices)
  if (given.temperature === true && validation === undefined) {
    throw wrongType('nothing', 'temperature', true, 'It is fitted to validation records: pass validation, too.')
  }
  const fit = trainingOptions({ ...options.fit }, given, validation !== undefined, defaults)
  return { defaults, members, hidden: options.hidden ?? defaults.hidden, weights, validation, fit }
}

/** The options of `fit`: those that the model itself uses, and those for the trainer. */
export interface ModelTraining {
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
