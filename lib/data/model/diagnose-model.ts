/** Model.diagnose: the checks of `diagnose` on a model's own inputs and targets, in the words of the table. */
import { wrongType } from '../../checks/errors.js'
import { type Chosen, type LossOption, lossRegistry, type OptimizerOption } from '../../checks/registry.js'
import { seed as checkSeed, integer, optionsObject } from '../../checks/validate.js'
import type { Loss } from '../../kernels/losses.js'
import { Trainer } from '../../training/trainer.js'
import { type Column, inputNamesOf } from '../columns/columns.js'
import { type Examination, examine } from '../diagnose/diagnose.js'
import { type Finding, type FindingName, type SkippedCheck, textOf, withSeverityOrder } from '../diagnose/finding.js'
import type { GivenRows, Names } from '../diagnose/options.js'
import { quoted } from '../records/checks.js'
import { cell, checkRecords, type Records } from '../records/records.js'
import type { NameOf } from '../targets/entry.js'
import { entryOf, type Target } from '../targets/targets.js'
import { type BackendOption, type Head, membersOf, targetUnits } from './heads.js'
import { type KnownRecords, someWithTargets } from './known.js'
import { encodeTargets } from './train-head.js'
import type { TrainingSummary } from './training.js'

export interface ModelDiagnoseOptions extends BackendOption {
  /** Records that the model was not trained on: they should not be among the others. Default: none are compared. */
  validation?: readonly object[]
  /** The samples of a trial step. Default: as in the training, else 32. */
  batchSize?: number
  /** The most records that the checks of the data examine, drawn by `seed`. Default 10,000. */
  rows?: number
  /** The seed of the draws and of the trial steps: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
}

/** The places of a finding, the worst first; those that it has. */
export interface ModelFindingPlaces {
  /** Columns of the table. */
  readonly columns?: readonly string[]
  /** The targets, by name. */
  readonly targets?: readonly string[]
  /** Indices of records; of many the first ones. */
  readonly rows?: readonly number[]
  /** Layers of the network. */
  readonly layers?: readonly string[]
}

/** What a check found: as of `diagnose`, with places in the table. */
export interface ModelFinding extends Omit<Finding, 'where'> {
  readonly where: ModelFindingPlaces
}

/** The result of `Model.diagnose`; plain data but for `toString`. */
export interface ModelDiagnosis {
  /** Errors first, then warnings, then notes. */
  readonly findings: readonly ModelFinding[]
  /** The checks that could not run, of any network. */
  readonly skipped: readonly SkippedCheck[]
  /** The number of records that the checks of the data looked at. */
  readonly rows: number
  /** The findings as text, with a line break between two lines. */
  readonly text: string
  /** The same as `text`. */
  toString(): string
}

/** What is needed of a model. */
export interface Diagnosed {
  readonly heads: readonly Head[]
  readonly columns: readonly Column[]
  readonly training: TrainingSummary | null
  /** The inputs of the networks. */
  inputs(records: Records, nameOf: NameOf): Float64Array
}

const OPTIONS: readonly (keyof ModelDiagnoseOptions)[] = ['validation', 'batchSize', 'rows', 'seed', 'backend']
const MAX = 2 ** 31 - 1
const MAX_ROWS = 10_000
const BATCH_SIZE = 32
const UNKNOWN_RATE = 'the model does not have the options of its optimizer'

/** Records with their inputs. */
interface Part {
  readonly known: KnownRecords
  readonly x: GivenRows
  readonly nameOf: NameOf
}

export function diagnoseModel(model: Diagnosed, given: unknown, options: unknown): ModelDiagnosis {
  const { heads, columns, training } = model
  const own = optionsObject(options, 'the options of diagnose', OPTIONS)
  if (own.validation !== undefined && !Array.isArray(own.validation)) {
    throw wrongType('an array of records', 'validation', own.validation)
  }
  const settings = training?.settings
  const common = {
    classWeight: settings?.classWeight === undefined ? null : Float64Array.from(settings.classWeight),
    batchSize:
      own.batchSize === undefined ? (settings?.batchSize ?? BATCH_SIZE) : integer(own.batchSize, 'batchSize', 1, MAX),
    maxRows: own.rows === undefined ? MAX_ROWS : integer(own.rows, 'rows', 1, MAX),
    seed: own.seed === undefined ? 0 : checkSeed(own.seed, 'seed'),
    isTrained: true,
    model: {
      owners: columns.flatMap((column) => inputNamesOf(column).map(() => column.name)),
      unknownRate: settings === undefined ? UNKNOWN_RATE : null,
    },
  }
  const names = heads.flatMap(({ targets }) => targets.map(({ name }) => name))
  const knownOf = (records: unknown, where: string) => someWithTargets(checkRecords(records, where), names, where)
  const partOf = (known: KnownRecords, where: string): Part => {
    const nameOf = (i: number): string => `${where}[${known.places[i]}]`
    return { known, nameOf, x: rowsOf(model.inputs(known.records, nameOf), known) }
  }
  const trained = partOf(knownOf(given, 'records'), 'records')
  const scorable = own.validation === undefined ? null : onTheirScales(knownOf(own.validation, 'validation'), heads)
  const others = scorable === null ? null : partOf(scorable, 'validation')
  const found = heads.map((head, i) => {
    const loss = lossOf(head, settings?.losses[i])
    const trainer = new Trainer(membersOf(head)[0], {
      loss: loss.option,
      optimizer: settings?.optimizer ?? ((training?.optimizer ?? 'adam') as OptimizerOption),
      ...(own.backend === undefined ? {} : { backend: own.backend as string }),
    })
    const units = targetUnits(head).map((one) => one.units)
    const yOf = ({ known, nameOf }: Part): GivenRows =>
      rowsOf(encodeTargets(known.records, { ...head, units, loss: loss.chosen }, nameOf), known)
    const owners = head.targets.flatMap(({ name }, k) => new Array<string>(units[k]).fill(name))
    const examination = examine({
      ...common,
      trainer: trainer as Trainer,
      x: trained.x,
      y: yOf(trained),
      names: namesOf(columns, head.targets, owners),
      validation: others === null ? null : { x: others.x, y: yOf(others) },
    })
    return { examination, placesOf: placesIn(common.model.owners, owners, trained.known.places) }
  })
  return joined(found, columns.length)
}

/** The records whose targets all have a place on their scales; null: none. Those of validation may lack a logarithm. */
function onTheirScales({ records, places }: KnownRecords, heads: readonly Head[]): KnownRecords | null {
  const logarithmic = heads.flatMap(({ targets }) =>
    targets.flatMap((target) => (target.type === 'number' && target.transform === 'log' ? [target.name] : [])),
  )
  const kept = [...records.keys()].filter((i) => logarithmic.every((name) => Number(cell(records[i], name)) > 0))
  if (kept.length === 0) return null
  return { records: kept.map((i) => records[i]), places: Int32Array.from(kept, (i) => places[i]) }
}

const rowsOf = (values: Float64Array, { records: { length } }: KnownRecords): GivenRows => ({
  values,
  rows: length,
  columns: values.length / length,
})

/** The loss that a head was trained with; where that is not known, the default for its last activation. */
function lossOf(head: Head, saved: LossOption | undefined): { option: LossOption; chosen: Chosen<Loss> } {
  const { layers } = membersOf(head)[0]
  const { activation } = layers[layers.length - 1]
  const [target] = head.targets
  const usual = activation === 'exponential' ? 'poisson' : entryOf(target.type).loss(target, activation === 'sigmoid')
  const option = saved ?? usual
  return { option, chosen: lossRegistry.choose(option, 'loss') }
}

/** What the sentences call the inputs, the targets and their labels. */
function namesOf(columns: readonly Column[], targets: readonly Target[], owners: readonly string[]): Names {
  const inputs = columns.flatMap((column) =>
    inputNamesOf(column).map((input) => {
      const name = `column ${quoted(column.name)}`
      return input === column.name ? name : `input ${quoted(input)} of ${name}`
    }),
  )
  const [target] = targets
  const labels = targets.length === 1 && 'encoder' in target ? target.encoder.labels : []
  return {
    column: (i) => inputs[i],
    output: (i) => `target ${quoted(owners[i])}`,
    class: (i) => (i < labels.length ? `label ${quoted(labels[i])}` : `class ${i}`),
  }
}

const unique = <Item>(items: readonly Item[]): readonly Item[] => [...new Set(items)]

/** From the places in x and y to those in the table. */
const placesIn =
  (inputs: readonly string[], outputs: readonly string[], records: Int32Array) =>
  ({ columns, outputs: found, rows, layers }: Finding['where']): ModelFindingPlaces => ({
    ...(columns === undefined ? {} : { columns: unique(columns.map((i) => inputs[i])) }),
    ...(found === undefined ? {} : { targets: unique(found.map((i) => outputs[Math.min(i, outputs.length - 1)])) }),
    ...(rows === undefined ? {} : { rows: rows.map((i) => records[i]) }),
    ...(layers === undefined ? {} : { layers }),
  })

interface Examined {
  readonly examination: Examination
  readonly placesOf: (where: Finding['where']) => ModelFindingPlaces
}

/** The findings about all networks; those about the inputs, which they have in common, once. */
function joined(found: readonly Examined[], columns: number): ModelDiagnosis {
  const reasons = new Set<string>()
  const findings: ModelFinding[] = []
  const skipped = new Map<FindingName, SkippedCheck>()
  for (const { examination, placesOf } of found) {
    for (const check of examination.skipped) if (!skipped.has(check.name)) skipped.set(check.name, check)
    for (const finding of examination.findings) {
      if (reasons.has(finding.reason)) continue
      reasons.add(finding.reason)
      findings.push({ ...finding, where: placesOf(finding.where) })
    }
  }
  const sorted = withSeverityOrder(findings)
  const checks = [...skipped.values()]
  const [{ rows }] = found.map(({ examination }) => examination)
  const text = textOf(sorted, checks, rows, columns)
  return Object.defineProperty({ findings: sorted, skipped: checks, rows, text }, 'toString', { value: () => text })
}
