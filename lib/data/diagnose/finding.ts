/** What a diagnosis returns: findings, and their text. */
import { listed, shortened } from '../../checks/words.js'

/** Whether training cannot work, works badly, or may be of interest. */
export type Severity = 'error' | 'warning' | 'note'

/** The names of all findings, in the order of the checks. docs/diagnose.md has a row for each. */
export const FINDINGS = [
  'notFiniteValues',
  'unknownCategories',
  'constantColumns',
  'unscaledInputs',
  'duplicateColumns',
  'targetLeak',
  'mismatchedLabels',
  'mismatchedOutput',
  'targetsOutOfRange',
  'constantTarget',
  'unscaledTargets',
  'imbalancedLabels',
  'contradictoryRows',
  'sharedRows',
  'tooFewRows',
  'notFiniteParameters',
  'nothingTrains',
  'linearNetwork',
  'strongRegularization',
  'symmetricUnits',
  'deadUnits',
  'saturatedUnits',
  'vanishingGradients',
  'explodingGradients',
  'rateTooHigh',
  'rateTooLow',
] as const

export type FindingName = (typeof FINDINGS)[number]

/** The places of a finding: indices from 0, the worst first; those that it has. */
export interface FindingPlaces {
  /** Columns of x. */
  readonly columns?: readonly number[]
  /** Columns of y. */
  readonly outputs?: readonly number[]
  /** Rows of x and y; of many the first ones. */
  readonly rows?: readonly number[]
  /** Layers as `checkGradients` names them: `2`, or `2.layers.0` inside a block. */
  readonly layers?: readonly string[]
}

/** What a check found. */
export interface Finding {
  readonly name: FindingName
  readonly severity: Severity
  readonly where: FindingPlaces
  /** The numbers of the reason, by name; those that are finite. */
  readonly figures: Readonly<Record<string, number>>
  /** What was found, in one sentence with its figure. */
  readonly reason: string
  /** What to change, in one sentence with the option to set. */
  readonly remedy: string
  /** The finding that explains this one, which is then a note. */
  readonly cause?: FindingName
}

/** A check that could not run, and why. */
export interface SkippedCheck {
  readonly name: FindingName
  readonly reason: string
}

/** The result of `diagnose`; plain data but for `toString`. */
export interface Diagnosis {
  /** Errors first, then warnings, then notes. */
  readonly findings: readonly Finding[]
  /** The checks that could not run. */
  readonly skipped: readonly SkippedCheck[]
  /** The number of rows that the checks of the data examined; those of the network examine fewer. */
  readonly rows: number
  /** The findings as text, with a line break between two lines. */
  readonly text: string
  /** The same as `text`. */
  toString(): string
}

/** A finding before it is compared with the others. */
export interface Draft extends Omit<Finding, 'name' | 'cause'> {
  /** The remedy where a Model made x and y. Default: `remedy`. */
  readonly remedyOfModel?: string
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note']

/** The most places that a finding has. */
const MAX_PLACES = 100

/** The first places of a finding. */
export const firstPlaces = <Place>(places: readonly Place[]): readonly Place[] => places.slice(0, MAX_PLACES)

/** A figure with three significant digits. */
export const figure = (value: number): string => String(Number(value.toPrecision(3)))

/** A share as a percentage. */
export const percent = (share: number): string => `${figure(100 * share)} %`

/** `1 row`, `2 rows` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** `3 columns have`, `column "age" has` */
export function sentenceStart(names: readonly string[], noun: string, one: string, many: string): string {
  return names.length === 1 ? `${names[0]} ${one}` : `${names.length} ${noun} ${many}`
}

/** ` (a, b, c)`, of a long list the first names. */
export const inBrackets = (names: readonly string[]): string =>
  names.length < 2 ? '' : ` (${listed(names.slice(0, 6), (name) => shortened(name))}${names.length > 6 ? ', …' : ''})`

/** Errors first, then warnings, then notes. The sort is stable: those of one severity stay in their order. */
export const withSeverityOrder = <One extends Pick<Finding, 'severity'>>(found: readonly One[]): One[] =>
  [...found].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))

export function textOf(
  findings: readonly Omit<Finding, 'where'>[],
  skipped: readonly SkippedCheck[],
  rows: number,
  columns: number,
): string {
  const counts = SEVERITIES.map((severity) => [findings.filter((one) => one.severity === severity).length, severity])
    .filter(([count]) => (count as number) > 0)
    .map(([count, severity]) => counted(count as number, severity as string))
  const looked = `in ${counted(rows, 'row')} of ${counted(columns, 'column')}`
  const first = counts.length === 0 ? `Nothing found ${looked}.` : `Found ${counts.join(', ')} ${looked}.`
  const lines = findings.flatMap(({ name, severity, reason, remedy, cause }) => [
    `${severity} ${name}: ${reason}`,
    cause === undefined ? `  ${remedy}` : `  It probably follows from ${cause}: mend that first.`,
  ])
  const last = skipped.length === 0 ? [] : [`Not checked: ${skipped.map(({ name }) => name).join(', ')}.`]
  return [first, ...lines, ...last].join('\n')
}

/** The result of a diagnosis. columns: the number of columns of x */
export function diagnosisOf(
  found: readonly Finding[],
  skipped: readonly SkippedCheck[],
  rows: number,
  columns: number,
): Diagnosis {
  const findings = withSeverityOrder(found)
  const text = textOf(findings, skipped, rows, columns)
  const result = { findings, skipped, rows, text }
  return Object.defineProperty(result, 'toString', { value: () => text }) as Diagnosis
}
