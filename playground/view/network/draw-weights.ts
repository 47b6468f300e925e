/** Draws the weights between two columns as lines. */
import { colourOf } from '../colours.js'
import type { Column } from './layout.js'

/** The number of widths: the lines of one width and one sign are one path. */
const WIDTHS = 6
const MAX_WIDTH = 4.5
const DASHES = [5, 3]

/**
 * The width of a line is the weight's size, divided by the largest one of the layer. Lines of positive weights are solid,
 * those of negative ones dashed.
 * @param weights [inputs × units]
 */
export function drawWeights(
  context: CanvasRenderingContext2D,
  weights: Float32Array,
  units: number,
  from: Column,
  to: Column,
  side: number,
): void {
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)
  // Without a finite scale there are no widths.
  if (!(largest > 0 && largest < Infinity)) return
  const paths = Array.from({ length: 2 * WIDTHS }, () => new Path2D())
  const [left, right] = [from.x + side / 2, to.x - side / 2]
  const bend = (right - left) * 0.4
  from.ys.forEach((start, input) => {
    to.ys.forEach((end, unit) => {
      const weight = weights[input * units + unit]
      const width = Math.ceil((Math.abs(weight) / largest) * WIDTHS)
      // A NaN or 0 has no line.
      if (!(width > 0)) return
      const path = paths[(weight > 0 ? 0 : WIDTHS) + width - 1]
      path.moveTo(left, start)
      path.bezierCurveTo(left + bend, start, right - bend, end, right, end)
    })
  })
  paths.forEach((path, i) => {
    const width = (i % WIDTHS) + 1
    const isPositive = i < WIDTHS
    context.strokeStyle = colourOf(isPositive ? '--second' : '--first')
    context.setLineDash(isPositive ? [] : DASHES)
    context.lineWidth = (width / WIDTHS) * MAX_WIDTH
    context.globalAlpha = 0.35 + (0.6 * width) / WIDTHS
    context.stroke(path)
  })
  context.setLineDash([])
  context.globalAlpha = 1
}
