/** Everything that a training needs, from its settings. */
import {
  Ensemble,
  type FitOptions,
  type LossOption,
  Network,
  type OptimizerOption,
  type ScheduleOption,
  Trainer,
  type TrainerOptions,
} from 'lockstep-nn'
import type { DataSet } from '../data/data-set.js'
import { makeDataSet } from '../data/make.js'
import { MAX_EPOCH_PRODUCTS } from '../state/limits.js'
import type { Settings } from '../state/settings.js'
import { type NetworkShape, shapeOf } from './layers.js'
import { type Outputs, outputsOf, targetsOf } from './targets.js'

export interface Prepared {
  readonly settings: Settings
  readonly data: DataSet
  readonly outputs: Outputs
  readonly shape: NetworkShape
  readonly trainerOptions: TrainerOptions
  /** The training samples and their targets in the form of the loss. */
  readonly x: Float64Array
  readonly y: Float64Array
  /** The options of `fit` but `epochs` and the seed. */
  readonly fitOptions: FitOptions
  /** The seed of each member. */
  readonly seeds: readonly number[]
}

/**
 * @param backend as of a trainer: it changes no bit
 * @param data of these settings; required for a table, which `loadDataSet` reads
 * @throws TypeError or RangeError, in the library's words, for settings that do not suit each other or the data
 */
export function prepare(settings: Settings, backend = 'auto', data: DataSet = makeDataSet(settings.data)): Prepared {
  const outputs = outputsOf(settings, data)
  const shape = shapeOf(settings, data.inputs.length, outputs)
  const { loss, optimizer, schedule, batchSize } = { ...settings.trainer, loss: outputs.loss }
  const trainerOptions: TrainerOptions = {
    loss: loss as LossOption,
    optimizer: optimizer as OptimizerOption,
    schedule: schedule as ScheduleOption,
    backend,
  }
  const { training, validation } = data
  const validationData: FitOptions =
    validation.count === 0 ? {} : { validationData: [validation.x, targetsOf(validation.y, data, outputs)] }
  const prepared: Prepared = {
    settings,
    data,
    outputs,
    shape,
    trainerOptions,
    x: training.x,
    y: targetsOf(training.y, data, outputs),
    fitOptions: { batchSize, ...validationData },
    seeds: Array.from({ length: settings.members }, (_, i) => settings.seed + i),
  }
  const [{ parameterCount }] = membersOf(checked(prepared))
  const products = training.count * parameterCount * settings.members
  if (products > MAX_EPOCH_PRODUCTS) {
    throw new RangeError(
      `One epoch would need ${products} products (rows × parameters × members), of which the playground allows ` +
        `${MAX_EPOCH_PRODUCTS}. Use fewer units, rows or members.`,
    )
  }
  return prepared
}

/** A new network, or an ensemble where there are several members, with its initial parameters. */
export function newModel({ shape: { inputs, layers }, seeds }: Prepared): Network | Ensemble {
  return seeds.length === 1
    ? new Network({ inputs, layers, seed: seeds[0] })
    : new Ensemble({ inputs, layers, seeds: [...seeds] })
}

export const membersOf = (model: Network | Ensemble): readonly Network[] =>
  model instanceof Ensemble ? model.members : [model]

/** The seed of `fit`: for an ensemble that of each member. */
export const fitSeed = ({ seeds }: Prepared): number | number[] => (seeds.length === 1 ? seeds[0] : [...seeds])

/** The model, after the library has checked the training as a whole. */
function checked(prepared: Prepared): Network | Ensemble {
  const model = newModel(prepared)
  const [network] = membersOf(model)
  new Trainer(network, prepared.trainerOptions).check(prepared.x, prepared.y, prepared.fitOptions)
  return model
}
