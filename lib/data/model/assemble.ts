/** Makes the parts of a model of its trained networks. */
import { optionBack } from '../diagnose/trial.js'
import { calibrated } from './calibrate.js'
import type { ChosenSettings } from './choose-settings.js'
import type { GivenFit } from './given-fit.js'
import type { Head } from './heads.js'
import type { PreparedModel } from './prepare.js'
import type { Parts } from './saved.js'
import { checkSettings, type TrainingSummary } from './training.js'

/** What a summary says of the training of one network. */
export interface NetworkTraining {
  readonly epochs: number
  /** Undefined: it is not known. */
  readonly finalLoss?: number
  readonly validationLoss?: number
  readonly backend: string
}

/** A head, and the training of each of its networks. */
export interface TrainedNetworks {
  readonly head: Head
  readonly trainings: readonly NetworkTraining[]
}

/** heads: one for each plan */
export function assembleModel(
  { seed, date, recipe, temperature, trainer }: GivenFit,
  { defaults, fit }: ChosenSettings,
  { columns, ignored, report, plans, records, calibrating, classWeight }: PreparedModel,
  heads: readonly TrainedNetworks[],
): Parts {
  const members = heads[0].trainings.length
  const { optimizer } = { ...defaults.trainer, ...trainer }
  return {
    heads: heads.map(({ head }) => (calibrating === null ? head : calibrated(head, calibrating, temperature))),
    columns,
    ignored,
    training: summaryOf(heads, {
      rows: records,
      validationRows: calibrating?.records.length,
      loss: [...new Set(plans.map((plan) => plan.loss.name))].join(', '),
      optimizer: nameOfChoice(optimizer),
      seed,
      date,
      members: members === 1 ? undefined : members,
      recipe,
      settings: checkSettings(
        {
          losses: plans.map(({ loss }) => optionBack(loss)),
          optimizer,
          ...(fit.trainer.batchSize === undefined ? {} : { batchSize: fit.trainer.batchSize }),
          ...(classWeight === null ? {} : { classWeight }),
        },
        'settings',
      ),
    }),
    report,
  }
}

/** The summary of the training of all networks: the most epochs of one, and the means of their losses. */
function summaryOf(heads: readonly TrainedNetworks[], known: TrainingSummary): TrainingSummary {
  const trainings = heads.flatMap((head) => head.trainings)
  const epochs = trainings.reduce((most, one) => Math.max(most, one.epochs), 0)
  const mean = (values: readonly (number | undefined)[]): number | undefined => {
    let sum = 0
    for (const value of values) sum += value ?? Number.NaN
    const result = sum / values.length
    return Number.isFinite(result) ? result : undefined
  }
  const validated = known.validationRows !== undefined
  return {
    ...known,
    epochs: epochs === 0 ? undefined : epochs,
    finalLoss: mean(trainings.map(({ finalLoss }) => finalLoss)),
    validationLoss: validated ? mean(trainings.map(({ validationLoss }) => validationLoss)) : undefined,
    backend: trainings[0].backend,
  }
}

const nameOfChoice = (choice: unknown): string =>
  typeof choice === 'string' ? choice : (choice as { name: string }).name
