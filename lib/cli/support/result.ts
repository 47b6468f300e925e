/** The result of `train`, as text and as data. */
import type { Model, ModelDiagnosis } from '../../data/index.js'
import { figure, plural } from './progress.js'
import { plainScores, scoresText } from './scores.js'
import type { Rows } from './training.js'

export interface TrainingResult {
  readonly model: Model
  readonly rows: Rows
  /** The name of the table. */
  readonly name: string
  /** The model file. */
  readonly out: string
  readonly seconds: number
  /** The scores on the test rows. */
  readonly test: object | undefined
  readonly isInterrupted: boolean
  /** The file of the report. */
  readonly reportFile: string | undefined
  /** What the doctor found, where that was asked for. */
  readonly diagnosis: ModelDiagnosis | undefined
}

export function resultData(result: TrainingResult) {
  const { model, rows, out, seconds, test, isInterrupted, reportFile, diagnosis } = result
  const { targets, training, report, history } = model
  const { train, withoutTarget } = rows
  return {
    out,
    targets: targets.map(({ name, type }) => ({ name, type })),
    rows: train.length,
    validationRows: training?.validationRows ?? 0,
    withoutTarget: withoutTarget.length,
    dropped: report?.dropped ?? [],
    epochs: training?.epochs,
    bestEpoch: history?.bestEpoch,
    stopped: history?.stopped,
    isInterrupted,
    loss: training?.finalLoss,
    validationLoss: training?.validationLoss,
    backend: training?.backend,
    seconds,
    test: test === undefined ? undefined : plainScores(test),
    digest: model.digest(),
    report: reportFile,
    diagnosis: diagnosisData(diagnosis),
  }
}

/** What `--json` has of a diagnosis. */
export const diagnosisData = (diagnosis: ModelDiagnosis | undefined) =>
  diagnosis === undefined ? undefined : { findings: diagnosis.findings, skipped: diagnosis.skipped }

export function resultText(result: TrainingResult): string {
  const { model, rows, name, out, seconds, test, isInterrupted, reportFile, diagnosis } = result
  const { targets, training, report, history } = model
  const { train, withoutTarget } = rows
  const names = targets.map((target) => target.name)
  const tested = rows.test.length === 0 ? '' : `, ${rows.test.length} for the test`
  const { length: skipped } = withoutTarget
  const left = skipped === 0 ? '' : `, ${skipped} left out because ${names.join(' or ')} is missing`
  const validated = training?.validationRows
  const chosen = validated === undefined ? '' : ` (${validated} choose the best epoch)`
  // Counted from 0, as in the reason. Each network of several has its own.
  const best =
    model.histories.length > 1 || history?.bestEpoch === undefined ? '' : `; the best was epoch ${history.bestEpoch}`
  const reason = model.histories.length > 1 ? '' : (history?.reason ?? '')
  const ended = isInterrupted ? 'interrupted, the best epoch so far is kept' : reason
  const networks = model.histories.length === 1 ? '' : ` of ${model.histories.length} networks`
  return [
    `${name}: ${plural(train.length, 'row')}${chosen}${tested}${left}`,
    ...(report?.dropped ?? []).map((column) => `left out: ${column.name}, ${column.note}`),
    `${plural(training?.epochs ?? 0, 'epoch')}${networks} in ${figure(seconds)} s${best}${ended === '' ? '' : ` (${ended})`}`,
    ...(test === undefined
      ? []
      : [
          `on ${plural(rows.test.length, 'row')} that ${rows.test.length === 1 ? 'was' : 'were'} not trained on:`,
          ...scoresText(model, test),
        ]),
    ...(diagnosis === undefined ? [] : [diagnosis.text]),
    `${out}: predicts ${names.join(', ')}, digest ${model.digest()}`,
    ...(reportFile === undefined ? [] : [`${reportFile}: the report`]),
  ].join('\n')
}
