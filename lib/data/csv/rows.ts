/** Rows of a table, as the places of their cells in one text: a string for each cell would take most of the time. */

/** How a row is written. */
const OTHER = 0
/** Its cells, separated by the delimiter, are the text from the first to the end of the last. */
const AS_WRITTEN = 1
/** A line without any character but spaces. */
const BLANK = 2

/** The values of a row in `heads`: its first cell, the number of its cells, and how it is written. */
const HEAD = 3

/** Cells are trimmed unless they are quoted. */
export class Rows {
  /**
   * @param text has all cells
   * @param bounds for each cell where it begins and where it ends
   * @param heads for each row HEAD values
   * @param lines for each row the line of the source in which it begins
   */
  constructor(
    readonly text: string,
    private readonly bounds: Int32Array,
    private readonly heads: Int32Array,
    private readonly lines: Float64Array,
  ) {}

  get count(): number {
    return this.lines.length
  }

  /** The line of the source in which a row begins. */
  line(i: number): number {
    return this.lines[i]
  }

  /** The number of cells of a row. */
  width(i: number): number {
    return this.heads[i * HEAD + 1]
  }

  /** Where a cell begins in `text`. */
  start(i: number, j: number): number {
    return this.bounds[2 * (this.heads[i * HEAD] + j)]
  }

  /** Where a cell ends in `text`. */
  end(i: number, j: number): number {
    return this.bounds[2 * (this.heads[i * HEAD] + j) + 1]
  }

  cell(i: number, j: number): string {
    return this.text.slice(this.start(i, j), this.end(i, j))
  }

  cells(i: number): string[] {
    return Array.from({ length: this.width(i) }, (_, j) => this.cell(i, j))
  }

  /** The text of a row whose cells need neither quotation marks nor trimming; null for any other. */
  asWritten(i: number): string | null {
    if (this.heads[i * HEAD + 2] === OTHER) return null
    return this.text.slice(this.start(i, 0), this.end(i, this.width(i) - 1))
  }

  isBlank(i: number): boolean {
    return this.heads[i * HEAD + 2] === BLANK
  }

  slice(from: number, to = this.count): Rows {
    const { text, bounds, heads, lines } = this
    return new Rows(text, bounds, heads.slice(from * HEAD, to * HEAD), lines.slice(from, to))
  }

  /** Some of the rows, by their indices. */
  pick(indices: readonly number[]): Rows {
    const heads = new Int32Array(indices.length * HEAD)
    for (const [to, i] of indices.entries()) heads.set(this.heads.subarray(i * HEAD, (i + 1) * HEAD), to * HEAD)
    const lines = Float64Array.from(indices, (i) => this.lines[i])
    return new Rows(this.text, this.bounds, heads, lines)
  }

  /** The rows that are not blank. */
  withoutBlanks(): Rows {
    const found: number[] = []
    for (let i = 0; i < this.count; i++) if (!this.isBlank(i)) found.push(i)
    return found.length === this.count ? this : this.pick(found)
  }
}

const SPACE = 32
const LAST_ASCII = 127

/** Collects the rows of a text, and cells that are not a part of it, such as those with quotation marks twice. */
export class RowCollector {
  private text = ''
  private added: string[] = []
  private length = 0
  private cellCount = 0
  private rowCount = 0
  // These grow, and serve one text after the other.
  private bounds = new Int32Array(2 ** 10)
  private heads = new Int32Array(2 ** 8 * HEAD)
  private lines = new Float64Array(2 ** 8)

  /** Begins with the rows of another text. */
  begin(text: string): void {
    this.text = text
    this.added = []
    this.length = text.length
    this.cellCount = 0
    this.rowCount = 0
  }

  /** The number of rows. */
  get count(): number {
    return this.rowCount
  }

  /** Adds a line without quotation marks, from `from` to `end`. @param delimiter its character code */
  addLine(from: number, end: number, delimiter: number, line: number): void {
    const { text, cellCount: first } = this
    let form = AS_WRITTEN
    for (let at = from; ; at++) {
      const start = at
      while (at < end && text.charCodeAt(at) !== delimiter) at++
      if (!this.addTrimmed(start, at)) form = OTHER
      if (at === end) break
    }
    const isBlank = this.cellCount === first + 1 && this.bounds[2 * first] === this.bounds[2 * first + 1]
    this.addRow(first, isBlank ? BLANK : form, line)
  }

  /** Adds a cell of the text without the spaces at its ends; returns whether it can be written as it is. */
  private addTrimmed(from: number, end: number): boolean {
    const first = this.text.charCodeAt(from)
    const last = this.text.charCodeAt(end - 1)
    if (from === end || (first > SPACE && first <= LAST_ASCII && last > SPACE && last <= LAST_ASCII)) {
      this.addCell(from, end)
      return true
    }
    const cell = this.text.slice(from, end)
    const trimmed = cell.trim()
    const start = from + (trimmed === '' ? 0 : cell.indexOf(trimmed))
    this.addCell(start, start + trimmed.length)
    return trimmed.length === cell.length && first > SPACE && last > SPACE
  }

  /** Adds a row of other cells. @param isBlank whether its line has no character but spaces */
  addCells(cells: readonly string[], line: number, isBlank = false): void {
    const first = this.append(cells)
    this.addRow(first, isBlank ? BLANK : OTHER, line)
  }

  /** Replaces the cells of a row. */
  replace(i: number, cells: readonly string[]): void {
    this.heads.set([this.append(cells), cells.length, OTHER], i * HEAD)
  }

  /** The rows so far, in memory of their own. */
  rows(): Rows {
    const { rowCount } = this
    return new Rows(
      this.added.length === 0 ? this.text : this.text + this.added.join(''),
      this.bounds.slice(0, 2 * this.cellCount),
      this.heads.slice(0, rowCount * HEAD),
      this.lines.slice(0, rowCount),
    )
  }

  private append(cells: readonly string[]): number {
    const first = this.cellCount
    for (const cell of cells) {
      this.addCell(this.length, this.length + cell.length)
      this.length += cell.length
      this.added.push(cell)
    }
    return first
  }

  private addCell(start: number, end: number): void {
    const at = 2 * this.cellCount++
    if (at === this.bounds.length) this.bounds = grown(this.bounds, new Int32Array(2 * at))
    this.bounds[at] = start
    this.bounds[at + 1] = end
  }

  private addRow(first: number, form: number, line: number): void {
    const row = this.rowCount++
    if (row === this.lines.length) {
      this.heads = grown(this.heads, new Int32Array(2 * this.heads.length))
      this.lines = grown(this.lines, new Float64Array(2 * row))
    }
    this.heads[row * HEAD] = first
    this.heads[row * HEAD + 1] = this.cellCount - first
    this.heads[row * HEAD + 2] = form
    this.lines[row] = line
  }
}

function grown<Values extends Int32Array | Float64Array>(old: Values, wider: Values): Values {
  wider.set(old)
  return wider
}
