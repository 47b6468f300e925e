/** Gathers what a report shows from a model, its history and rows with known targets. */
import process from 'node:process'
import { wrongSize } from '../../checks/errors.js'
import { VERSION } from '../../checks/version.js'
import type { Model } from '../../data/index.js'
import type { History } from '../../index.js'
import { reportColumn } from './gather/columns.js'
import { confusionOf } from './gather/confusion.js'
import { curveOf } from './gather/curve.js'
import { outcomesOf, type Records } from './gather/outcomes.js'
import { reliabilityOf } from './gather/reliability.js'
import { scatterOf } from './gather/scatter.js'
import { scoresOf } from './gather/scores.js'
import { worstRows } from './gather/worst.js'
import type { Fact, Finding, ReportData, ScoredRows, TargetReport } from './parts/data.js'
import { counted } from './parts/numbers.js'

export interface ReportOptions {
  /** What the records are to the model. */
  readonly part: ScoredRows['part']
  /** The name of the table, such as its file. */
  readonly source?: string
  /** The command that trains the same model. */
  readonly command?: string
  /** What the reader knows record i by, such as `line 17`. Default: its number, from 1. */
  readonly nameOf?: (i: number) => string
  /** The seed of the sample of rows in the scatter chart. Default 0. */
  readonly seed?: number
  /** What the doctor found. */
  readonly findings?: readonly Finding[]
}

/**
 * The data of a report. A table of any length makes a page of bounded size: 2,000 points of a scatter chart, 1,000 of a
 * loss curve, 20 labels of a confusion matrix and the 10 worst rows.
 * @param history the report of the training; null for a model from a file
 * @param records rows with known targets, for the scores: not those of the training, if there are others
 * @throws RangeError for no records; TypeError or RangeError as `model.evaluate` for others
 */
export function reportData(
  model: Model,
  history: History | null,
  records: Records,
  options: ReportOptions,
): ReportData {
  if (records.length === 0) throw wrongSize('at least one record', 'records', 'none', 'A report needs rows to score.')
  const { part, source, command, findings } = options
  const curve = history === null ? undefined : curveOf(history)
  const { name } = model.target
  return {
    title: `Model of ${name}`,
    summary: summaryOf(model, source),
    facts: factsOf(model, history),
    columns: model.columns.map(reportColumn),
    ...(curve === undefined ? {} : { curve }),
    targets: [targetReport(model, records, options)],
    scored: { rows: records.length, part },
    ...(findings === undefined ? {} : { findings }),
    reproduction: {
      digest: model.digest(),
      ...(command === undefined ? {} : { command }),
      versions: [
        ['lockstep-nn', VERSION],
        ['Node.js', process.versions.node],
        ['platform', `${process.platform}-${process.arch}`],
      ],
    },
  }
}

function targetReport(model: Model, records: Records, { seed = 0, nameOf }: ReportOptions): TargetReport {
  const evaluation = model.evaluate(records)
  const outcomes = outcomesOf(model, records)
  const columns = model.columns.map(({ name }) => name)
  const common = {
    name: model.target.name,
    scores: scoresOf(evaluation, outcomes),
    worst: worstRows(outcomes, records, columns, nameOf ?? ((i) => String(i + 1))),
  }
  if (outcomes.kind === 'number') return { ...common, scatter: scatterOf(outcomes, seed) }
  return { ...common, confusion: confusionOf(outcomes), reliability: reliabilityOf(outcomes) }
}

function summaryOf({ target, columns, training }: Model, source: string | undefined): string {
  const kind = target.type === 'number' ? 'number' : 'label'
  const from = source === undefined ? '' : ` of ${source}`
  const rows = training?.rows === undefined ? '' : ` It was trained with ${counted(training.rows, 'row')}${from}.`
  return `Predicts the ${kind} ${target.name} from ${counted(columns.length, 'column')}.${rows}`
}

function factsOf({ network, training }: Model, history: History | null): Fact[] {
  const layers = [network.inputs, ...network.layers.map(({ units }) => units)]
  const known: readonly (readonly [string, string | number | undefined])[] = [
    ['network', layers.join(' → ')],
    ['parameters', network.parameterCount],
    ['loss', training?.loss],
    ['optimizer', training?.optimizer],
    ['epochs', training?.epochs],
    ['seed', training?.seed],
    ['backend', training?.backend ?? history?.backend],
    ['date', training?.date],
  ]
  return known.filter((fact): fact is Fact => fact[1] !== undefined)
}
