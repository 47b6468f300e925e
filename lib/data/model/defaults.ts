/**
 * The settings of a training where the caller chooses none, by the number of records.
 *
 * The parts are those of published networks for tables that need no tuning: AdamW with beta2 0.95 and a rate that falls to 0,
 * and the parameters of the best epoch kept (RealMLP: Holzmüller, Grinsztajn and Steinwart, 2024); a small ensemble in place of
 * one wide network (TabM: Gorishniy, Kotelnikov and Babenko, 2025); numbers as quantiles of a normal distribution (Gorishniy,
 * Rubachev, Khrulkov and Babenko, 2021). The figures were chosen on tables of `npm run bench:tables` of 178 to 10,000 rows, and
 * tried on others of it; docs/notebook.md has what was tried.
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
  /** `auto`: by the numbers of a target that is a number. */
  readonly targetScale: 'auto' | 'standard'
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
  targetScale: 'standard',
}

/**
 * With fewer records, those for validation would be missed more than they help, quantiles are uncertain, and a skewed target is
 * learned better as its logarithm; with more the gain was none, and the prediction is the mean instead of the median.
 */
const MANY = 1000

/** Small tables: at least this many steps; networks of 24 or 60 records have not learned labels after fewer. */
const MIN_STEPS = 300
const SMALL = { batchSize: 32, epochs: 64, units: 32, members: 8, weightDecay: 1 }

/**
 * Larger tables: the epochs by the samples of all of them. Validation ends the training of a table that needs fewer; a quarter
 * of these samples was too little for prices and wages, which gained up to 0.05 of R².
 */
const SAMPLES = 400_000
const LARGE = { batchSize: 64, units: 128, members: 4, weightDecay: 0.3, validation: 0.1 }
const [MIN_EPOCHS, MAX_EPOCHS] = [10, 128]

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
    targetScale: isSmall ? 'auto' : 'standard',
  }
}

function smallFit(records: number): FitDefaults['fit'] {
  const { batchSize, epochs } = SMALL
  const enough = Math.max(epochs, Math.ceil(MIN_STEPS / Math.ceil(records / batchSize)))
  return { batchSize, epochs: enough, validatedEpochs: enough }
}

function largeFit(records: number): FitDefaults['fit'] {
  const epochs = Math.min(MAX_EPOCHS, Math.max(MIN_EPOCHS, Math.round(SAMPLES / records)))
  return { batchSize: LARGE.batchSize, epochs, validatedEpochs: epochs }
}
