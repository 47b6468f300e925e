/** Gathers what a report shows from a model and rows with known targets. */
import process from 'node:process'
import { wrongSize } from '../../checks/errors.js'
import { VERSION } from '../../checks/version.js'
import { listed } from '../../checks/words.js'
import type { Target } from '../../data/index.js'
import { someWithTargets } from '../../data/model/known.js'
import { Network } from '../../index.js'
import type { Fact } from '../../page/facts.js'
import { counted } from '../../page/numbers.js'
import { droppedColumns, reportColumns } from './gather/columns.js'
import { confusionOf } from './gather/confusion.js'
import { coverageOf } from './gather/coverage.js'
import { curvesOf } from './gather/curve.js'
import { findingsOf } from './gather/findings.js'
import { type AnyModel, type Outcomes, outcomesOf, type Records, type Row } from './gather/outcomes.js'
import { reliabilityOf } from './gather/reliability.js'
import { scatterOf } from './gather/scatter.js'
import { scoresOf } from './gather/scores.js'
import { dependenceOf, importanceOf } from './gather/understanding.js'
import { worstRows } from './gather/worst.js'
import type { ReportData, ScoredRows, TargetReport } from './parts/data.js'

export interface ReportOptions {
  /** What the records are to the model. */
  readonly part: ScoredRows['part']
  /** The rows that the model was trained on: the doctor examines them. Default: no findings. */
  readonly trained?: Records
  /** The name of the table, such as its file. */
  readonly source?: string
  /** The command that trains the same model. */
  readonly command?: string
  /** The name of record i for the reader, such as `line 17`. Default: its number, from 1. */
  readonly nameOf?: (i: number) => string
  /** The seed of all samples of rows. Default 0. */
  readonly seed?: number
}

/**
 * The data of a report. A table of any length makes a page of bounded size: 2,000 points of a scatter chart, 1,000 of a
 * loss curve, 20 labels of a confusion matrix and the 10 worst rows. Importance, predictions by single columns and the
 * doctor use seeded samples of the rows.
 * @param records rows for the scores: not those of the training, if there are others; those without a target are left out
 * @throws RangeError for no records; TypeError or RangeError as `model.evaluate` for others
 */
export function reportData(model: AnyModel, given: Records, options: ReportOptions): ReportData {
  if (given.length === 0) throw wrongSize('at least one record', 'records', 'none', 'A report needs rows to score.')
  const { part, trained, source, command, seed = 0, nameOf = (i) => String(i + 1) } = options
  const names = model.targets.map(({ name }) => name)
  const { records, places } = someWithTargets(given as readonly Row[], names, 'records')
  const others = part === 'training' ? null : records
  return {
    title: `Model of ${listed(model.targets, ({ name }) => name)}`,
    summary: summaryOf(model, source),
    facts: factsOf(model),
    columns: reportColumns(model),
    dropped: droppedColumns(model),
    curves: curvesOf(model),
    targets: targetReports(model, records, { part, seed, nameOf: (i) => nameOf(places[i]) }),
    scored: { rows: records.length, part },
    ...(trained === undefined ? {} : { findings: findingsOf(model, trained, others, seed) }),
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

type Scoring = Required<Pick<ReportOptions, 'part' | 'seed' | 'nameOf'>>

function targetReports(model: AnyModel, records: Records, options: Scoring): TargetReport[] {
  const evaluation: object = model.evaluate(records)
  const outcomes = outcomesOf(model, records)
  return model.targets.map((target, i) => {
    const own = model.targets.length === 1 ? evaluation : ((evaluation as Row)[target.name] as object)
    return targetReport(model, target, own, outcomes[i], records, options)
  })
}

function targetReport(
  model: AnyModel,
  target: Target,
  evaluation: object,
  outcomes: Outcomes,
  records: Records,
  { part, seed, nameOf }: Scoring,
): TargetReport {
  const columns = model.columns.map(({ name }) => name)
  const importance = importanceOf(model, target, records, seed)
  const ranked = importance?.columns.map(({ name }) => name) ?? columns
  const common = {
    name: target.name,
    scores: scoresOf(evaluation, outcomes),
    worst: worstRows(outcomes, records, columns, nameOf),
    ...(importance === undefined ? {} : { importance }),
    dependence: dependenceOf(model, target, records, ranked, seed),
  }
  if (outcomes.kind === 'label') {
    return { ...common, confusion: confusionOf(outcomes), reliability: reliabilityOf(outcomes) }
  }
  // On the validation rows, from which the intervals are made, the coverage is as asked for by construction.
  const coverage = part === 'validation' ? [] : coverageOf(target, outcomes)
  return { ...common, scatter: scatterOf(outcomes, seed), coverage }
}

function summaryOf({ targets, columns, training }: AnyModel, source: string | undefined): string {
  const what = listed(targets, (target) => `the ${'encoder' in target ? 'label' : 'number'} ${target.name}`)
  const from = source === undefined ? '' : ` of ${source}`
  const { rows, validationRows } = training ?? {}
  const kept = validationRows === undefined ? '' : `, of which ${counted(validationRows, 'row')} chose the best epoch`
  const trained = rows === undefined ? '' : ` It was trained with ${counted(rows, 'row')}${from}${kept}.`
  return `Predicts ${what} from ${counted(columns.length, 'column')}.${trained}`
}

function factsOf({ networks, training, history }: AnyModel): Fact[] {
  const shapes = networks.map((network) => {
    const { inputs, layers } = network instanceof Network ? network : network.members[0]
    return [inputs, ...layers.map(({ units }) => units)].join(' → ')
  })
  const parameters = networks.flatMap((network) => (network instanceof Network ? [network] : network.members))
  const known: readonly (readonly [string, string | number | undefined])[] = [
    [networks.length === 1 ? 'network' : 'networks', shapes.join(', ')],
    ['members', training?.members],
    ['parameters', parameters.reduce((sum, { parameterCount }) => sum + parameterCount, 0)],
    ['loss', training?.loss],
    ['optimizer', training?.optimizer],
    ['epochs', training?.epochs],
    ['seed', training?.seed],
    ['backend', training?.backend ?? history?.backend],
    ['date', training?.date],
  ]
  return known.filter((fact): fact is Fact => fact[1] !== undefined)
}
