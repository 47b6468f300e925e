/** Checks of columns against each other and against the targets. */
import { capital } from './columns.js'
import type { Check, Examined } from './examined.js'
import { type Draft, figure, firstPlaces, inBrackets, percent } from './finding.js'
import {
  type ColumnStatistics,
  isConstant,
  meanProduct,
  PROJECTIONS_STREAM,
  randomOf,
  ranksOf,
  standardized,
  statisticsOf,
} from './sample.js'

/** The most rows that pairs of columns are compared in. */
const MAX_ROWS = 2000
/** How many products of columns and targets a check may compute, and the fewest rows. */
const MAX_PRODUCTS = 20_000_000
const MIN_ROWS = 5

const firstRows = (columns: readonly Float64Array[], rows: number): Float64Array[] =>
  columns.map((column) => column.subarray(0, rows))

/** The correlation above which two columns are one but for rounding, such as inches and centimetres of one decimal. */
const DUPLICATE = 1 - 1e-5
/** Of fewer rows: equal but for rounding. */
const EXACT = 1 - 1e-12
const FEW_ROWS = 10
/** Two columns of few other values, such as rare categories, may be equal by chance. */
const MIN_DIFFERENT = 5

/** How many values of a column differ from its most frequent one, at most `MIN_DIFFERENT`, where it has two values. */
function isRare(values: Float64Array): boolean {
  const [first] = values
  const other = values.find((value) => value !== first)
  if (other === undefined || values.some((value) => value !== first && value !== other)) return false
  const same = values.reduce((count, value) => count + Number(value === first), 0)
  return Math.min(same, values.length - same) < MIN_DIFFERENT
}

/** Whether two columns of 0 and 1 are those of the two values of one category. */
const areComplements = (a: Float64Array, b: Float64Array): boolean =>
  a.every((value, i) => (value === 0 || value === 1) && b[i] === 1 - value)

interface Duplicate {
  readonly pair: readonly [number, number]
  readonly correlation: number
  /** Whether it may be chance, or the usual encoding of two categories. */
  readonly usual: boolean
}

/** A standardized column, and the sizes of its products with the random directions. */
interface Shadowed {
  readonly column: number
  readonly standard: Float64Array
  readonly shadows: readonly number[]
}

/** The number of random directions by which columns are compared before all their values are. */
const DIRECTIONS = 4

/**
 * The pairs of columns that are equal up to scale and offset. The products of standardized columns with a random direction
 * are nearly equal for such columns, so that only neighbours in their order are compared.
 */
function duplicates(
  columns: readonly Float64Array[],
  statistics: readonly ColumnStatistics[],
  seed: number,
  owners: readonly string[] | null,
): Duplicate[] {
  const rows = columns[0].length
  const least = rows < FEW_ROWS ? EXACT : DUPLICATE
  const directions = Array.from({ length: DIRECTIONS }, (_, k) => {
    const random = randomOf(seed, PROJECTIONS_STREAM, k)
    return Float64Array.from({ length: rows }, () => random.uniform() - 0.5)
  })
  const ordered = columns
    .map((values, column): Shadowed => {
      const own = standardized(values, statistics[column])
      return { column, standard: own, shadows: directions.map((one) => Math.abs(meanProduct(own, one))) }
    })
    .filter(({ column }) => !isConstant(statistics[column]))
    .sort((a, b) => a.shadows[0] - b.shadows[0] || a.column - b.column)
  // |a - b|² = 2 n (1 - r), and a direction has entries of variance 1/12: six standard deviations of the difference.
  const reach = 6 * Math.sqrt((2 * (1 - least)) / 12 / rows) + 1e-12
  const found: Duplicate[] = []
  const copies = new Set<Shadowed>()
  for (const [i, a] of ordered.entries()) {
    if (copies.has(a)) continue
    for (let k = i + 1; k < ordered.length; k++) {
      const b = ordered[k]
      if (b.shadows[0] - a.shadows[0] > reach) break
      // The inputs of one column are the work of a model: the parts of a date, both values of a category.
      if (owners !== null && owners[a.column] === owners[b.column]) continue
      if (copies.has(b) || a.shadows.some((value, d) => Math.abs(value - b.shadows[d]) > reach)) continue
      const correlation = meanProduct(a.standard, b.standard)
      if (Math.abs(correlation) < least) continue
      copies.add(b)
      const pair = a.column < b.column ? ([a.column, b.column] as const) : ([b.column, a.column] as const)
      const usual = areComplements(columns[pair[0]], columns[pair[1]]) || isRare(columns[pair[0]])
      found.push({ pair, correlation, usual })
    }
  }
  return found.sort((a, b) => Number(a.usual) - Number(b.usual) || a.pair[1] - b.pair[1])
}

const duplicateColumns: Check = {
  name: 'duplicateColumns',
  causes: [],
  examine(examined) {
    const { given, sample } = examined
    if (sample.length < MIN_ROWS && given.x.columns > 1) return `it needs ${MIN_ROWS} finite rows`
    const columns = firstRows(examined.columns, Math.min(sample.length, MAX_ROWS))
    const found = duplicates(columns, columns.map(statisticsOf), given.seed, given.model?.owners ?? null)
    if (found.length === 0) return null
    const { pair, correlation } = found[0]
    const [first, second] = pair.map((column) => examined.nameOf(column))
    const names = found.map(({ pair: [, column] }) => examined.nameOf(column))
    return {
      severity: found.every(({ usual }) => usual) ? 'note' : 'warning',
      where: { columns: firstPlaces([...new Set(found.flatMap(({ pair: both }) => both))]) },
      figures: { pairs: found.length, correlation },
      reason:
        `${capital(first)} and ${second} have the same values up to scale and offset: their correlation is ` +
        `${figure(correlation)}${found.length === 1 ? '' : `; ${found.length} columns repeat another one${inBrackets(names)}`}.`,
      remedy: 'Leave one of each pair out: a copy counts twice in every step and in every importance.',
    }
  },
}

/** The correlation from which a column is the target itself but for noise of about 1 % of its spread. */
const GIVEN_AWAY = 0.9999
/** The share of rows whose class a column of few values determines. */
const PURE = 0.999
/** The most values of such a column, and the fewest rows of one in the mean. */
const MAX_VALUES = 20
const ROWS_OF_VALUE = 10
/** The most outputs that columns are compared with. */
const MAX_OUTPUTS = 64

interface Leak {
  readonly column: number
  readonly output: number | null
  readonly share: number
  readonly kind: 'correlation' | 'order' | 'classes'
}

/** What columns are compared with: the targets as numbers, of classes the indicator of each. */
function numbersOfTargets({ classes, targets, sample }: Examined, rows: number): Float64Array[] {
  if (classes === null) return firstRows(targets, rows).slice(0, MAX_OUTPUTS)
  const of = Float64Array.from(sample.subarray(0, rows), (row) => classes.of[row])
  const indicators = Array.from({ length: Math.min(classes.counts.length, MAX_OUTPUTS) }, (_, k) =>
    of.map((one) => Number(one === k)),
  )
  return classes.counts.length === 2 ? [indicators[1]] : [...indicators, of]
}

/** The share of rows whose class is the most frequent one of their value; null where it has too many values. */
function purity(values: Float64Array, of: Int32Array, mostValues: number): { share: number; values: number } | null {
  const counts = new Map<number, Map<number, number>>()
  for (let i = 0; i < values.length; i++) {
    let own = counts.get(values[i])
    if (own === undefined) {
      if (counts.size === mostValues) return null
      own = new Map()
      counts.set(values[i], own)
    }
    own.set(of[i], (own.get(of[i]) ?? 0) + 1)
  }
  let hits = 0
  for (const own of counts.values()) hits += Math.max(...own.values())
  return { share: hits / values.length, values: counts.size }
}

function leaks(examined: Examined): Leak[] {
  const { classes, sample, categories, given } = examined
  const all = numbersOfTargets(examined, 1).length
  const rows = Math.min(sample.length, MAX_ROWS, Math.max(200, Math.floor(MAX_PRODUCTS / given.x.columns / all)))
  const targets = numbersOfTargets(examined, rows).map((values) => ({ values, statistics: statisticsOf(values) }))
  const standardTargets = targets.map(({ values, statistics }) =>
    isConstant(statistics) ? null : standardized(values, statistics),
  )
  // Ranks cost a sort of each column; they are compared for a single number only.
  const ranks = classes === null && targets.length === 1 ? targets.map(({ values }) => ranksOf(values)) : []
  const rankStatistics = ranks.map(statisticsOf)
  const of = classes === null ? null : Int32Array.from(sample.subarray(0, rows), (row) => classes.of[row])
  const present = of === null ? 0 : new Set(of).size
  return firstRows(examined.columns, rows).flatMap((values, column): Leak[] => {
    const statistics = statisticsOf(values)
    if (isConstant(statistics)) return []
    const standard = standardized(values, statistics)
    const found: Leak[] = []
    standardTargets.forEach((target, output) => {
      if (target === null) return
      const correlation = Math.abs(meanProduct(standard, target))
      const isIndex = classes !== null && output === classes.counts.length
      if (correlation >= GIVEN_AWAY)
        found.push({ column, output: isIndex ? null : output, share: correlation, kind: 'correlation' })
    })
    if (found.length === 0 && of !== null && present > 1) {
      const isCategory = categories[column] > 0
      const pure = purity(
        values,
        of,
        isCategory ? present : Math.max(present, Math.min(MAX_VALUES, Math.floor(rows / ROWS_OF_VALUE))),
      )
      // A column with a value for each row, or with one category for each class by chance, says nothing.
      if (pure !== null && pure.values >= present && pure.share >= PURE && rows >= ROWS_OF_VALUE * pure.values) {
        found.push({ column, output: null, share: pure.share, kind: 'classes' })
      }
    }
    if (found.length === 0 && ranks.length > 0 && rows >= FEW_ROWS && !isConstant(rankStatistics[0])) {
      const own = ranksOf(values)
      const order = Math.abs(
        meanProduct(standardized(own, statisticsOf(own)), standardized(ranks[0], rankStatistics[0])),
      )
      if (order >= GIVEN_AWAY) found.push({ column, output: 0, share: order, kind: 'order' })
    }
    return found
  })
}

/** Whether x is to be given back: an autoencoder. */
const isAutoencoder = ({ given: { x, y } }: Examined): boolean =>
  x.columns > 1 && x.columns === y.columns && x.values.every((value, i) => value === y.values[i])

const targetLeak: Check = {
  name: 'targetLeak',
  causes: [],
  examine(examined): Draft | null | string {
    const { given, sample, labelProblem } = examined
    // With one column, it is the problem itself.
    if (given.x.columns === 1 || isAutoencoder(examined)) return null
    if (sample.length < MIN_ROWS) return `it needs ${MIN_ROWS} finite rows`
    if (labelProblem !== null) return 'the loss does not accept the targets'
    const found = leaks(examined)
    if (found.length === 0) return null
    const all = [...found].sort((a, b) => Number(a.kind === 'order') - Number(b.kind === 'order') || b.share - a.share)
    const { column, share, kind } = all[0]
    const what = {
      correlation: `has a correlation of ${figure(share)} with the target`,
      classes: `determines the class of ${percent(share)} of the rows`,
      order: `orders the rows as the target does (rank correlation ${figure(share)})`,
    }[kind]
    const columns = [...new Set(all.map((leak) => leak.column))]
    const outputs = [...new Set(all.flatMap(({ output }) => (output === null ? [] : [output])))]
    const others = columns.slice(1).map((one) => examined.nameOf(one))
    return {
      severity: kind === 'order' ? 'note' : 'warning',
      where: { columns: firstPlaces(columns), ...(outputs.length === 0 ? {} : { outputs: firstPlaces(outputs) }) },
      figures: { columns: columns.length, [kind === 'classes' ? 'share' : 'correlation']: share },
      reason: `${capital(examined.nameOf(column))} ${what}${others.length === 0 ? '' : `, and ${others.length} more${inBrackets(others)}`}.`,
      remedy:
        'Leave it out unless it is known before the target: a network that uses it is no better than the column, and fails where it is missing.',
    }
  },
}

export const relationChecks: readonly Check[] = [duplicateColumns, targetLeak]
