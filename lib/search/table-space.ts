/** tableSpace: a space for a table, where the caller has none. */
import { integer, optionsObject } from '../checks/validate.js'
import { defaultsFor } from '../data/model/defaults.js'
import type { ModelFitOptions } from '../data/model/fit-settings.js'
import { readTargetedRecords } from '../data/model/given-fit.js'
import type { RecordSearchSpace } from './search-options.js'
import { choice, logUniform } from './space/makers.js'

/** Options of `tableSpace`. */
export interface TableSpaceOptions {
  /** As for `Model.fit`. */
  target: ModelFitOptions['target']
  /** The records, or their number. Those without a target do not count. */
  records: number | readonly object[]
}

/** A decade on both sides of the rate of Model.fit, 0.003: the best rate depends on the network and the table most of all. */
const RATES = [3e-4, 3e-2] as const
/** With both decays of Model.fit, 1 for small tables and 0.3 for others. */
const DECAYS = [0.03, 3] as const
/** Of hidden layers with dropout. Networks for tables are small, so that more than this takes too many of their units. */
const DROPOUT = 0.2
const MAX_RECORDS = 2 ** 31 - 1

/**
 * A space for a table, around what `Model.fit` does by default for its number of records: the hidden layers, with and without
 * dropout, the learning rate, the weight decay and the batch size. It has few architectures, because trials of one
 * architecture train together.
 *
 * | | fewer than 1,000 records | 1,000 and more |
 * |---|---|---|
 * | hidden, all relu | 32; 32, 32; 64, 64; 32, 32, 32; and 32, 32 and 64, 64 with dropout of 0.2 | the same with twice the units |
 * | adamw | rate 0.0003 to 0.03, weight decay 0.03 to 3, both on a logarithmic scale | the same |
 * | batch size | 32 or 64 | that of Model.fit, or twice that |
 *
 * Epochs, schedule and early stopping are those of `Model.fit`.
 * @throws TypeError or RangeError for wrong options or records without this target
 */
export function tableSpace(options: TableSpaceOptions): RecordSearchSpace {
  const { target, records } = optionsObject(options, 'the options of tableSpace', ['target', 'records'])
  const count =
    typeof records === 'number'
      ? integer(records, 'records', 1, MAX_RECORDS)
      : readTargetedRecords(records, target).known.records.length
  const { hidden, trainer, fit, earlyStopping } = defaultsFor(count)
  const [layer] = hidden as readonly { units: number }[]
  const { units } = layer
  const layersOf = (counts: readonly number[], rate = 0) =>
    counts.flatMap((one) => [{ ...layer, units: one }, ...(rate === 0 ? [] : [{ type: 'dropout', rate }])])
  const { batchSize = 32, validatedEpochs } = fit
  const two = [units, units]
  const wide = [2 * units, 2 * units]
  return {
    model: {
      target: target as ModelFitOptions['target'],
      hidden: choice([
        layersOf([units]),
        layersOf(two),
        layersOf(wide),
        layersOf([units, units, units]),
        layersOf(two, DROPOUT),
        layersOf(wide, DROPOUT),
      ]) as never,
      trainer: {
        optimizer: {
          ...(trainer.optimizer as { name: 'adamw' }),
          learningRate: logUniform(...RATES),
          weightDecay: logUniform(...DECAYS),
        },
        schedule: trainer.schedule,
      },
      fit: { epochs: validatedEpochs, batchSize: choice([batchSize, 2 * batchSize]), earlyStopping },
    },
  } as RecordSearchSpace
}
