/** The places of the units of a network, in pixels. */

/** The most units of a layer that are drawn. */
export const MAX_DRAWN = 8
/** The height of the picture: it is the same for all networks, so that nothing below it moves. */
export const HEIGHT = 424
/** The height of the captions, and of the line below the units. */
const [ABOVE, BELOW] = [26, 22]
/** The height of a unit's label. */
const LABEL = 13
const MAX_SIDE = 40

/** A column: the inputs or a layer. */
export interface Column {
  /** The middle of its units. */
  readonly x: number
  /** The middles of the units that are drawn. */
  readonly ys: readonly number[]
  /** The number of the units that are not drawn. */
  readonly more: number
}

export interface Layout {
  /** The side of a unit's map. */
  readonly side: number
  /** The width of a column. */
  readonly width: number
  readonly columns: readonly Column[]
}

/** counts: the inputs, then the units of each layer */
export function layoutOf(counts: readonly number[], width: number): Layout {
  const columnWidth = width / counts.length
  const slot = (HEIGHT - ABOVE - BELOW) / MAX_DRAWN
  const side = Math.max(4, Math.floor(Math.min(MAX_SIDE, slot - LABEL - 2, columnWidth * 0.66)))
  const columns = counts.map((count, i) => {
    const drawn = Math.min(count, MAX_DRAWN)
    const first = ABOVE + (slot * (MAX_DRAWN - drawn)) / 2 + side / 2
    return {
      x: columnWidth * (i + 0.5),
      ys: Array.from({ length: drawn }, (_, unit) => first + unit * slot),
      more: count - drawn,
    }
  })
  return { side, width: columnWidth, columns }
}
