/**
 * The settings of a training where the caller chooses none, by the number of records.
 *
 * The parts are those of published networks for tables that need no tuning: AdamW with beta2 0.95 and a rate that falls to 0,
 * and the parameters of the best epoch kept (RealMLP: Holzmüller, Grinsztajn and Steinwart, 2024); a small ensemble in place of
 * one wide network (TabM: Gorishniy, Kotelnikov and Babenko, 2025); numbers as quantiles of a normal distribution (Gorishniy,
 * Rubachev, Khrulkov and Babenko, 2021). The figures were chosen on the folds of `npm run bench:tables`, tables of 178 to 10,000
 * rows, each of which all of them serve; docs/notebook.md has what was tried.
 */
import type { LayerOption, OptimizerOption } from '../../checks/registry.js'
import type { EarlyStoppingOptions } from '../../training/early-stopping.js'
import type { ScheduleOption } from '../../training/schedules.js'
import type { ScalerChoice } from '../columns/scaler-choice.js'

export interface FitDefaults {
  readonly hidden: readonly LayerOption[]
  readonly trainer: { readonly optimizer: OptimizerOption; readonly schedule?: ScheduleOption }
  /** validatedEpochs: the epochs with validation, where early stopping may end them. */
  readonly fit: { readonly batchSize?: number; readonly epochs: number; readonly validatedEpochs: number }
  readonly members: number
  /** The share of the records for validation; null: none. */
  readonly validation: number | null
  /** Where there is validation, by default or because the caller wants it. */
  readonly earlyStopping: Required<Pick<EarlyStoppingOptions, 'patience' | 'restoreBest'>>
  /** The scaler of columns of numbers. */
  readonly scaler: ScalerChoice
}

/** The scaler of columns of numbers that RealMLP has: outliers do not rule. */
const ROBUST: ScalerChoice = { name: 'robustScaler', clip: 'smooth' }

/** The settings of a network or an optimizer that the caller chose. */
export const PLAIN_DEFAULTS: FitDefaults = {
  hidden: [{ units: 16, activation: 'relu' }],
  trainer: { optimizer: 'adam' },
  fit: { epochs: 100, validatedEpochs: 1000 },
  members: 1,
  validation: null,
  earlyStopping: { patience: 30, restoreBest: true },
  scaler: ROBUST,
}

/** With fewer records, those for validation would be missed more than they help, and quantiles are uncertain. */
const MANY = 1000

/** Small tables: at least this many steps; networks of 24 or 60 records have not learned labels after fewer. */
const MIN_STEPS = 300
const SMALL = { batchSize: 32, epochs: 64, units: 32, members: 8, weightDecay: 1 }

/** Larger tables: the samples of all epochs. */
const SAMPLES = 100_000
const LARGE = { units: 64, members: 4, weightDecay: 0.3, validation: 0.1 }
const MIN_EPOCHS = 10

/** From this number of records on, batches of this size. */
const BATCHES: readonly (readonly [records: number, batchSize: number])[] = [
  [5000, 256],
  [2000, 64],
  [0, 32],
]

/** Early stopping waits for this share of the epochs. */
const PATIENCE = 0.25

/**
 * The defaults for this number of records, those for validation included.
 * @param records an integer of at least 1
 */
export function defaultsFor(records: number): FitDefaults {
  const isSmall = records < MANY
  const { units, members, weightDecay } = isSmall ? SMALL : LARGE
  const fit = isSmall ? smallFit(records) : largeFit(records)
  const layer = { units, activation: 'relu', weightsInitializer: 'heNormal' } as const
  return {
    hidden: [layer, layer],
    trainer: {
      optimizer: { name: 'adamw', learningRate: 0.003, beta2: 0.95, weightDecay },
      schedule: { name: 'cosine' },
    },
    fit,
    members,
    validation: isSmall ? null : LARGE.validation,
    earlyStopping: { patience: Math.ceil(fit.epochs * PATIENCE), restoreBest: true },
    scaler: isSmall ? ROBUST : 'quantileScaler',
  }
}

function smallFit(records: number): FitDefaults['fit'] {
  const { batchSize, epochs } = SMALL
  const enough = Math.max(epochs, Math.ceil(MIN_STEPS / Math.ceil(records / batchSize)))
  return { batchSize, epochs: enough, validatedEpochs: enough }
}

function largeFit(records: number): FitDefaults['fit'] {
  const [, batchSize] = BATCHES.find(([from]) => records >= from) as (typeof BATCHES)[number]
  const epochs = Math.min(SMALL.epochs, Math.max(MIN_EPOCHS, Math.round(SAMPLES / records)))
  return { batchSize, epochs, validatedEpochs: epochs }
}
