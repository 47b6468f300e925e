/**
 * Integers that name records instead of measuring them. Values alone do not show it: 1, 2, 3, … may be days, and
 * integers that all differ may be prices. So the name of the column decides, and its values must agree.
 */

/** The words of ids. What has one names a record, or, where it repeats, what several records have in common. */
const ID_WORD =
  /^(ids?\d*|[gu]?uid|guid|pk|identifier|identification|isbn|ssn|sku|zip|zipcode|postcode|postalcode|phone|telephone)$/
/** Words written together: userid. Others, such as paid and grid, only end alike. */
const ID_SUFFIX =
  /^(account|case|client|customer|device|employee|house|invoice|item|loan|member|movie|order|passenger|patient|person|product|record|row|sample|session|store|student|subject|track|transaction|user)id$/
/** Words of what is numbered row by row. */
const ROW_WORD =
  /^(#|case|entry|idcase|index|idx|instance|item|line|no|nr|num|number|obs|observation|pair|participant|patient|person|record|respondent|row|rowname|rownames|rownum|rownumber|sample|serial|sr|subject|unnamed)$/
/** The names that readCsv, pandas and R give to a column without one. */
const NO_NAME = /^(column_\d+|unnamed: ?\d+|level_\d+|\.\.\.\d+)$/
/** Row numbers are all of the first integers, but for rows that are elsewhere, such as those of a test. */
const ROW_SHARE = 1 / 3
/** At least this share of the values differs. */
const UNIQUE_SHARE = 0.9
const [FIRST_YEAR, LAST_YEAR] = [1500, 2199]

/** The words of a name, in lower case: customer_id, customerId and "Customer ID" have the same. */
function wordsOf(name: string): string[] {
  const apart = name.replace(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, '$1 ').replace(/\p{Lu}(?=\p{Lu}\p{Ll})/gu, '$& ')
  return apart
    .toLowerCase()
    .split(/[^\p{L}\p{N}#]+/u)
    .filter((word) => word !== '')
}

/** Whether a name is that of ids. */
export const isIdName = (name: string): boolean =>
  wordsOf(name).some((word) => ID_WORD.test(word) || ID_SUFFIX.test(word)) || /\bpostal code\b/i.test(name)

/** Whether integers name what several records have in common, such as a customer. */
export function areGroupIds(name: string, values: readonly unknown[]): boolean {
  if (!isIdName(name)) return false
  const numbers = values.filter((value): value is number => typeof value === 'number' && !Number.isNaN(value))
  return numbers.every(Number.isInteger) && new Set(numbers).size < UNIQUE_SHARE * numbers.length
}

/**
 * Why a column names its records, as a sentence; null for a measure.
 * @param sorted its values, ascending, without missing ones
 */
export function idNote(name: string, sorted: Float64Array): string | null {
  const { length } = sorted
  if (!sorted.every(Number.isInteger)) return null
  const different = 1 + sorted.reduce((count, value, i) => (i > 0 && value !== sorted[i - 1] ? count + 1 : count), 0)
  const [least, greatest] = [sorted[0], sorted[length - 1]]
  const what = `${different} different integers in ${length} records`
  if (isIdName(name)) return different < UNIQUE_SHARE * length ? null : `${what}, and the name of an id.`
  if (different < length || least < 0) return null
  if (NO_NAME.test(name.toLowerCase())) {
    const areYears = least >= FIRST_YEAR && greatest <= LAST_YEAR
    return areYears ? null : `${what}, and no name: the numbers of rows.`
  }
  const isDense = length >= ROW_SHARE * (greatest + 1)
  return isDense && isRowName(name) ? `${what}, from ${least} to ${greatest}: the numbers of rows.` : null
}

/** Whether all words of a name are about rows: "Serial No.", but not "sample size". */
function isRowName(name: string): boolean {
  const words = wordsOf(name)
  return words.length > 0 && words.every((word) => ROW_WORD.test(word))
}
