/** Finds out which character separates the cells of a table. */
import type { Rows } from './rows.js'
import { type Grammar, RecordSplitter } from './split-records.js'
import { newTurn } from './text-source.js'

const CANDIDATES = [',', ';', '\t', '|']
/** The characters of the beginning of a table that are looked at. */
export const SAMPLE = 2 ** 14

/**
 * The delimiter that divides the first lines into the same number of cells, at least two: of several the one with most
 * cells. Where none does so, the one with most cells in the first line; a comma where each line is one cell.
 * @param beginning the beginning of the text, with the whole first line
 * @param width the number of columns, where it is known
 */
export async function delimiterOf(
  beginning: string,
  isWhole: boolean,
  grammar: Omit<Grammar, 'delimiter'>,
  width: number | undefined,
): Promise<string> {
  if (width === 1) return ','
  const sample = beginning.slice(0, Math.max(SAMPLE, beginning.search(/[\r\n]/) + 1))
  let best = { delimiter: ',', cells: 1, isRegular: false }
  for (const delimiter of CANDIDATES) {
    const splitter = new RecordSplitter({ ...grammar, delimiter }, 'the sample')
    // A delimiter by which quotation marks are in wrong places is another one.
    const rows = await splitter.split(sample, isWhole && sample.length === beginning.length).catch(() => null)
    await newTurn()
    const widths = rows === null ? [] : widthsOf(rows)
    if (widths.length === 0) continue
    const [cells] = widths
    const isRegular = cells === (width ?? cells) && widths.every((one) => one === cells)
    if (cells > 1 && (isRegular === best.isRegular ? cells > best.cells : isRegular))
      best = { delimiter, cells, isRegular }
  }
  return best.delimiter
}

/** The numbers of cells of the rows that are not empty. */
const widthsOf = (rows: Rows): number[] =>
  Array.from({ length: rows.count }, (_, i) =>
    rows.width(i) > 1 || rows.cell(i, 0) !== '' ? rows.width(i) : 0,
  ).filter((width) => width > 0)
