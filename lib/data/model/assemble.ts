/** Makes the parts of a model of its trained networks. */
import type { History } from '../../training/history.js'
import { optionBack } from '../diagnose/trial.js'
import { calibrated } from './calibrate.js'
import type { ChosenSettings } from './choose-settings.js'
import type { GivenFit } from './given-fit.js'
import type { PreparedModel } from './prepare.js'
import type { Parts } from './saved.js'
import type { TrainedHead } from './train-head.js'
import { checkSettings, type TrainingSummary } from './training.js'

/** The parts of a trained model, and the histories of its networks. */
export interface FittedModel extends Parts {
  readonly histories: readonly History[]
}

/** heads: one for each plan */
export function assembleModel(
  { seed, date, recipe, temperature, trainer }: GivenFit,
  { members, defaults, fit }: ChosenSettings,
  { columns, ignored, report, plans, records, calibrating, classWeight }: PreparedModel,
  heads: readonly TrainedHead[],
): FittedModel {
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
    histories: heads.flatMap(({ histories }) => histories),
  }
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

const nameOfChoice = (choice: unknown): string =>
  typeof choice === 'string' ? choice : (choice as { name: string }).name
