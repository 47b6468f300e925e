/** `diagnose`: why a network does not learn. */
import type { Rows } from '../../checks/rows.js'
import type { Ensemble } from '../../network/ensemble.js'
import type { Network } from '../../network/network.js'
import type { Trainer } from '../../training/trainer.js'
import { columnChecks } from './columns.js'
import { type Check, Examined } from './examined.js'
import { type Diagnosis, diagnosisOf, type Finding, type SkippedCheck } from './finding.js'
import { networkChecks } from './network.js'
import { type DiagnoseOptions, readArguments } from './options.js'
import { rateChecks } from './rate.js'
import { relationChecks } from './relations.js'
import { rowChecks } from './rows.js'
import { stateChecks } from './state.js'
import { targetChecks } from './targets.js'

/** The table of checks, in an order in which the causes of a finding come before it. */
const CHECKS: readonly Check[] = [
  ...columnChecks,
  ...relationChecks,
  ...targetChecks,
  ...rowChecks,
  ...networkChecks,
  ...stateChecks,
  ...rateChecks,
]

/** The figures that JSON can hold. */
const finiteOf = (figures: Finding['figures']): Finding['figures'] =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value)))

/**
 * Finds why a network does not learn: checks the samples, the targets, the network and the learning rate, before or after
 * a training. Each finding has its figure, its reason and a remedy. Nothing of the trainer, the network or the data
 * changes; the same arguments give the same result on every backend.
 * @param trainer of a network; for an ensemble, make a trainer of one of its members
 * @param x samples as `fit` takes them: row-major [rows × inputs], or an array of rows; values that are not finite are a
 *   finding
 * @param y targets: row-major [rows × outputs], or an array of rows; targets that the loss refuses are a finding
 * @throws TypeError or RangeError for another trainer, for x and y of a wrong shape, or for a wrong option
 */
export function diagnose(
  trainer: Trainer<Network> | Trainer<Ensemble>,
  x: Rows,
  y: Rows,
  options: DiagnoseOptions = {},
): Diagnosis {
  const given = readArguments(trainer, x, y, options)
  const examined = new Examined(given)
  const findings: Finding[] = []
  const skipped: SkippedCheck[] = []
  const isTrained = trainer.epoch > 0
  for (const { name, examine, ...check } of CHECKS) {
    const result = examine(examined)
    if (result === null) continue
    if (typeof result === 'string') {
      skipped.push({ name, reason: result })
      continue
    }
    const causes = (isTrained ? check.causesWhenTrained : undefined) ?? check.causes
    const cause = findings.find((other) => other.severity !== 'note' && causes.includes(other.name))?.name
    const finding = { name, ...result, figures: finiteOf(result.figures) }
    findings.push(cause === undefined ? finding : { ...finding, severity: 'note', cause })
  }
  return diagnosisOf(findings, skipped, examined.sample.length, given.x.columns)
}
