/** What the validation records add to a trained head: the residuals of its targets, and the temperature of probabilities. */
import { fitTemperature, logitsOf } from '../calibration/temperature.js'
import type { Decoded } from '../targets/decoders.js'
import { atTemperature } from '../targets/labels.js'
import { MAX_RESIDUALS } from '../targets/residuals.js'
import { entryOf, type Target } from '../targets/targets.js'
import { decodedBy, type Head } from './heads.js'
import type { NamedRecords } from './rows.js'

/**
 * The head with targets calibrated on the validation records.
 * @param validation with the inputs of the network for these records
 * @param temperature whether labels get a temperature
 */
export function calibrated(
  head: Head,
  validation: NamedRecords & { readonly x: Float64Array },
  temperature: boolean,
): Head {
  const decoded = decodedBy(head, validation.x, {}, validation.nameOf)
  return { ...head, targets: decoded.map((one) => calibratedTarget(one, validation, temperature)) }
}

function calibratedTarget(
  { target, values }: Decoded,
  { records, nameOf }: NamedRecords,
  temperature: boolean,
): Target {
  const actual = entryOf(target.type).values(records, target, nameOf)
  if (!('encoder' in target) || !temperature) return withResiduals(target, values, actual)
  const labels = target.encoder.labels.length
  const fitted = fitTemperature(logitsOf(values, labels), actual)
  return withResiduals({ ...target, temperature: fitted }, atTemperature(values, labels, fitted), actual)
}

function withResiduals(target: Target, predicted: Float64Array, actual: Float64Array): Target {
  const entry = entryOf(target.type)
  // A file has finite numbers only.
  const residuals = actual.map((one, row) => Math.min(entry.residual(one, predicted, row, target), Number.MAX_VALUE))
  return { ...target, residuals: Array.from(thinned(residuals.sort())) }
}

/**
 * At most MAX_RESIDUALS of n sorted residuals, whose margins are at least those of all: number g of m is the
 * ceil((n + 1) · g / (m + 1))-th smallest.
 */
function thinned(sorted: Float64Array): Float64Array {
  const n = sorted.length
  if (n <= MAX_RESIDUALS) return sorted
  return Float64Array.from(
    { length: MAX_RESIDUALS },
    (_, i) => sorted[Math.ceil(((n + 1) * (i + 1)) / (MAX_RESIDUALS + 1)) - 1],
  )
}
