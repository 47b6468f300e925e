/** Fits in plain values, so that several processes can make the same one; and all results of a fit. */
import {
  DivergenceError,
  Ensemble,
  type EnsembleHistory,
  type EnsembleProgress,
  type FitOptions,
  type History,
  type LayerOption,
  Network,
  type OptimizerOption,
  type Progress,
  type ScheduleOption,
  Trainer,
} from 'lockstep-nn'
import type { LastBatch } from '#lib/backend/plan.js'
import { INPUTS, OUTPUTS, task } from './learning.js'

export interface FitCase {
  readonly hidden: readonly LayerOption[]
  readonly optimizer: OptimizerOption
  /** `function`: a schedule that is a function. */
  readonly schedule?: ScheduleOption | 'function'
  /** The learning rates of an ensemble's members; null: a network. */
  readonly members: readonly number[] | null
  readonly hasMetrics: boolean
  readonly isValidated: boolean
  readonly restoreBest: boolean | null
  readonly isWeighted: boolean
  readonly rows: number
  readonly fit: {
    readonly epochs: number
    readonly batchSize: number
    readonly lastBatch?: LastBatch
    readonly shuffle?: boolean
    readonly seed: number
    readonly initialEpoch?: number
  }
}

/** How a fit is computed, which changes no bit. */
export interface Way {
  readonly backend?: string
  readonly threads?: number
}

export type AnyTrainer = Trainer<Network | Ensemble>
export type AnyResult = History | EnsembleHistory | DivergenceError

export function trainerOf(given: FitCase, { backend, threads }: Way = {}): AnyTrainer {
  const { hidden, optimizer, schedule, members, hasMetrics } = given
  const layers = [...hidden, { units: OUTPUTS } as LayerOption]
  const ratio = (_step: number, epoch: number): number => 0.1 / (1 + epoch)
  const network =
    members === null
      ? new Network({ inputs: INPUTS, layers, seed: 3 })
      : new Ensemble({ inputs: INPUTS, layers, seeds: members.map((_, i) => i + 1) })
  const rates = members === null || schedule === 'function' ? {} : { learningRate: members }
  return new Trainer<Network | Ensemble>(network, {
    loss: 'meanSquaredError',
    optimizer: { ...(typeof optimizer === 'string' ? { name: optimizer } : optimizer), ...rates } as never,
    schedule: schedule === 'function' ? ratio : schedule,
    metrics: hasMetrics ? ['accuracy', 'rootMeanSquaredError'] : [],
    backend,
    threads,
  })
}

/** The arguments of the fit. The validation targets are the opposite, so that the validation loss gets worse. */
export function argumentsOf(
  given: FitCase,
): [x: Float64Array, y: Float64Array, options: FitOptions<Progress | EnsembleProgress>] {
  const { fit, isValidated, isWeighted, restoreBest, rows } = given
  const { x, y } = task(rows)
  const options = {
    ...fit,
    ...(isValidated ? { validationData: { x, y: y.map((value) => 1 - value) } } : {}),
    ...(isWeighted ? { sampleWeight: Float64Array.from({ length: rows }, (_, i) => (i % 5) / 4) } : {}),
    ...(restoreBest === null ? {} : { earlyStopping: { patience: 6, restoreBest } }),
  }
  return [x, y, options]
}

/** The result of a fit; a divergence is one too. */
export async function attempt<Result>(train: () => Result | Promise<Result>): Promise<Result | DivergenceError> {
  try {
    return await train()
  } catch (error) {
    if (error instanceof DivergenceError) return error
    throw error
  }
}

const hexOf = (values: Float64Array): string => Buffer.from(values.slice().buffer).toString('hex')

/** The values of a trainer and its network, as text. */
export function valuesOf({ epoch, network, optimizerState, scheduleState }: AnyTrainer): string {
  const states = [network.parameters, optimizerState, scheduleState].map(hexOf)
  return [`epoch ${epoch}`, ...states].join('\n')
}

/** Everything that a fit leaves, as text: of two backends it is the same. */
export function outcomeOf(trainer: AnyTrainer, result: AnyResult): string {
  const history = JSON.stringify(result, (name, value) => (name === 'backend' ? undefined : value))
  return `${valuesOf(trainer)}\n${history}`
}

/** Whether a member was still trained when its signal was aborted. */
export const isAborted = (result: AnyResult): boolean =>
  'members' in result
    ? result.members.some((one) => 'stopped' in one && one.stopped === 'aborted')
    : 'stopped' in result && result.stopped === 'aborted'

/** What the fit leaves if nothing interrupts it. */
export async function uninterrupted(given: FitCase, way: Way = {}): Promise<string> {
  const trainer = trainerOf(given, way)
  const [x, y, options] = argumentsOf(given)
  return outcomeOf(trainer, await attempt(() => trainer.fitSync(x, y, options)))
}
