/** `trainer.memoryRequired`: the memory of a fit, computed without its samples. */

import { batchesOf } from '../backend/plan.js'
import { integer, optionsObject } from '../checks/validate.js'
import { scalarMetrics } from '../metrics/choose.js'
import { checkBatches, checkTrainable } from './compiled-model.js'
import { trainedRows } from './fit-data.js'
import { checkSplit, type FitOptions, fitSettings, MAX_ROWS } from './fit-options.js'
import { fitShape } from './fit-session.js'
import type { TrainerSetup } from './make-job.js'
import { plateauOf, RateSchedule } from './rate-schedule.js'
import { ownLengths } from './session-arrays.js'

export type MemoryOptions = Pick<
  FitOptions,
  'epochs' | 'batchSize' | 'lastBatch' | 'shuffle' | 'validationSplit' | 'earlyStopping'
>

const MEMORY_OPTIONS: readonly (keyof MemoryOptions)[] = [
  'epochs',
  'batchSize',
  'lastBatch',
  'shuffle',
  'validationSplit',
  'earlyStopping',
]

export function memoryOf(setup: TrainerSetup, rows: unknown, options: unknown): number {
  const { compiled, backend, schedule, state } = setup
  const all = integer(rows, 'rows', 1, MAX_ROWS)
  const given = optionsObject(options, 'the options of memoryRequired', MEMORY_OPTIONS)
  const metrics = scalarMetrics(setup.metrics)
  const settings = fitSettings(given, compiled, metrics, null)
  const training = given.validationSplit === undefined ? all : trainedRows(checkSplit(given.validationSplit), all)
  checkTrainable(compiled.plan)
  const batches = batchesOf(compiled.plan, training, settings.batchSize, settings.lastBatch)
  checkBatches(compiled.plan, batches)
  const { stepsPerEpoch } = batches
  const rateSchedule = new RateSchedule(schedule, stepsPerEpoch, settings.end)
  const validationRows = all - training
  const plateau = plateauOf(schedule, metrics, validationRows > 0)
  const watched = { compiled, backend, settings, metrics, signs: false, rateSchedule, plateau }
  const { shape, chunk } = fitShape({ ...watched, stopping: settings.stopping, rows: training, validationRows })
  const { inputs, outputs, parameterCount } = shape.plan
  const members = shape.members.count
  const lengths = ownLengths(shape, state.optimizer.length / members, rateSchedule.hasFactors, chunk)
  const own = Object.values(lengths).reduce((sum, length) => sum + length, 0)
  // Copies of the samples, and of the targets as the loss and as metrics take them.
  const samples = all * (inputs + 2 * outputs)
  const trained = members * parameterCount + state.optimizer.length + state.plateaus.length
  // The series grow from chunk to chunk by doubling. A schedule computes the factors of a chunk in arrays of its own.
  const history = settings.end > chunk ? 2 * settings.end * (lengths.series / chunk) : 0
  const factors = 2 * lengths.rateFactors
  return 8 * (backend.sessionWorkspace(shape) + own + samples + trained + history + factors)
}
