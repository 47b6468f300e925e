/** `diagnose`: why a network does not learn. */
import type { Rows } from '../../checks/rows.js'
import type { Ensemble } from '../../network/ensemble.js'
import type { Network } from '../../network/network.js'
import type { Trainer } from '../../training/trainer.js'
import { columnChecks } from './columns.js'
import { type Check, Examined } from './examined.js'
import { type Diagnosis, diagnosisOf, type Finding, type SkippedCheck } from './finding.js'
import { networkChecks } from './network.js'
import { type DiagnoseOptions, type Given, readArguments } from './options.js'
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
  const { findings, skipped, rows } = examine(given)
  return diagnosisOf(findings, skipped, rows, given.x.columns)
}

/** What the checks find, in their order. */
export interface Examination {
  readonly findings: readonly Finding[]
  readonly skipped: readonly SkippedCheck[]
  /** The number of rows that the checks of the data looked at. */
  readonly rows: number
}

/** All checks of checked arguments. */
export function examine(given: Given): Examination {
  const examined = new Examined(given)
  const findings: Finding[] = []
  const skipped: SkippedCheck[] = []
  for (const { name, examine: run, ...check } of CHECKS) {
    const result = run(examined)
    if (result === null) continue
    if (typeof result === 'string') {
      skipped.push({ name, reason: result })
      continue
    }
    const { remedyOfModel, ...draft } = result
    const causes = (given.isTrained ? check.causesWhenTrained : undefined) ?? check.causes
    const cause = findings.find((other) => other.severity !== 'note' && causes.includes(other.name))?.name
    const remedy = given.model === null ? draft.remedy : (remedyOfModel ?? draft.remedy)
    const finding = { name, ...draft, remedy, figures: finiteOf(draft.figures) }
    findings.push(cause === undefined ? finding : { ...finding, severity: 'note', cause })
  }
  return { findings, skipped, rows: examined.sample.length }
}
