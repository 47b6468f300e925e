/** Makes the job of a fit from the arguments of the caller; all checks are here. */
import type { Backend } from '../backend/backend.js'
import { batchesOf } from '../backend/plan.js'
import { copyOf } from '../checks/arrays.js'
import { type ChosenMetric, scalarMetrics } from '../metrics/choose.js'
import type { Ensemble } from '../network/ensemble.js'
import type { Network } from '../network/network.js'
import { type CompiledModel, checkBatches, checkTrainable, statesOf } from './compiled-model.js'
import { checkMetricTargets } from './evaluate.js'
import { type TrainingData, trainingData } from './fit-data.js'
import type { Job } from './fit-job.js'
import { fitOptions, fitSettings } from './fit-options.js'
import { freshScheduleState, plateauOf, RateSchedule } from './rate-schedule.js'
import type { ChosenSchedule } from './schedules.js'
import type { TrainerState } from './trainer-state.js'

/** What a trainer trains with. */
export interface TrainerSetup {
  readonly model: Network | Ensemble
  readonly compiled: CompiledModel
  readonly backend: Backend
  readonly metrics: readonly ChosenMetric[]
  readonly schedule: ChosenSchedule | null
  readonly state: TrainerState
}

/** How a fit runs: asynchronously, and continuing with the trainer's state. */
export interface FitMode {
  readonly isAsync: boolean
  readonly continues: boolean
}

export function makeJob(setup: TrainerSetup, x: unknown, y: unknown, options: unknown, mode: FitMode): Job {
  const { model, schedule, state } = setup
  const backend = setup.backend.forFit?.() ?? setup.backend
  // A rate that a callback sets is for the next call.
  const compiled = { ...setup.compiled, optimizers: [...setup.compiled.optimizers] }
  const { isAsync, continues } = mode
  const given = fitOptions(options)
  const metrics = scalarMetrics(setup.metrics)
  const settings = fitSettings(given, compiled, metrics, continues ? state.epoch : null)
  const current = () => model.attachedParameters()
  // The caller's functions run between epochs, so that arrays which they could change or transfer are copied.
  const callsBack = settings.onEpoch !== null || settings.onProgress !== null || typeof schedule === 'function'
  const data = trainingData(compiled, x, y, given, isAsync || callsBack, current)
  const signs = checkMetricTargets(compiled, metrics, namedTargets(data, given.validationData !== undefined))
  checkTrainable(compiled.plan)
  const plateau = plateauOf(schedule, metrics, data.validation !== null)
  const { rows } = data.training
  const batches = batchesOf(compiled.plan, rows, settings.batchSize, settings.lastBatch)
  checkBatches(compiled.plan, batches)
  const { shuffle, seeds, firstEpoch } = settings
  const course = { ...batches, epoch: firstEpoch, rows, shuffle, seed: seeds[0] }
  const interruption = continues ? state.interruptionFor(course, data.training, current()) : null
  const values = {
    parameters: isAsync ? copyOf(current()) : current(),
    state: continues ? copyOf(state.optimizer) : statesOf(compiled),
  }
  const scheduleState = continues ? copyOf(state.plateaus) : freshScheduleState(schedule, compiled.members.length)
  const rateSchedule = new RateSchedule(schedule, batches.stepsPerEpoch, settings.end)
  return {
    compiled,
    backend,
    settings,
    data,
    metrics,
    signs,
    schedule,
    rateSchedule,
    plateau,
    values,
    scheduleState,
    interruption,
    publish(epoch, interrupted) {
      const { parameters, state: optimizer } = interrupted ?? values
      if (isAsync || interrupted !== null) current().set(parameters)
      state.epoch = epoch
      if (optimizer.length > 0) state.optimizer.set(optimizer)
      if (scheduleState.length > 0) state.plateaus.set(scheduleState)
      if (interrupted === null) state.forgetInterruption()
      else state.interrupt({ ...course, epoch }, data.training, interrupted)
    },
  }
}

/** Training and validation samples with the caller's names of their targets. */
const namedTargets = ({ training, validation }: TrainingData, given: boolean) => [
  [training, 'y', 0] as const,
  ...(validation === null
    ? []
    : given
      ? [[validation, 'validationData.y', 0] as const]
      : [[validation, 'y', training.rows] as const]),
]
