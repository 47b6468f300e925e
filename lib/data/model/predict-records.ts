/** From records to predictions, around the networks. ES modules of models have the text of these functions. */
import { encodePlaced, type PlacedColumn, requireColumns } from '../columns/encode-inputs.js'
import { checkRecord, checkRecords, onlyKnown } from '../records/records.js'
import type { Decoded } from '../targets/decoders.js'
import type { NameOf } from '../targets/entry.js'
import type { Target } from '../targets/targets.js'
import { checkInterval, marginsOf } from './intervals.js'
import { predictionsOf } from './predictions.js'

/** What predictions need of a model. */
export interface PredictedBy {
  readonly columns: readonly PlacedColumn[]
  readonly targets: readonly Target[]
  /** The names of the inputs, for errors. */
  readonly names: readonly string[]
  /** All names that a record may have. */
  readonly known: ReadonlySet<string>
  /** The predictions of all targets for inputs [rows × inputs]. */
  decoded(x: Float64Array, nameOf: NameOf): readonly Decoded[]
}

/** The prediction for one record, or for each of an array of records. */
export function predictRecords(model: PredictedBy, given: unknown, interval: unknown) {
  const { columns, targets, names, known, decoded } = model
  const many = Array.isArray(given)
  const records = many ? checkRecords(given) : [checkRecord(given, 'the record')]
  const margins = marginsOf(targets, checkInterval(interval))
  const nameOf = (i: number): string => (many ? `records[${i}]` : 'the record')
  onlyKnown(records, nameOf, known, names)
  requireColumns(records, columns, nameOf)
  const predictions = predictionsOf(decoded(encodePlaced(records, columns, nameOf), nameOf), margins)
  return many ? predictions : predictions[0]
}
