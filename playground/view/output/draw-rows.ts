/** Draws the rows of the data, or one's own points and the cursor, over the map. */
import type { DataSet, Rows } from '../../data/data-set.js'
import type { Point } from '../../state/settings.js'
import { cleared, type Size } from '../canvas.js'
import { colourOf } from '../colours.js'
import { classColour, drawMark, numberColour } from './marks.js'
import { type Axes, type Place, validationOf } from './points.js'

type Pixel = readonly [left: number, top: number]

const pixelOf = ([across, up]: Axes, { width, height }: Size, x: number, y: number): Pixel => [
  ((x - across.min) / (across.max - across.min)) * width,
  (1 - (y - up.min) / (up.max - up.min)) * height,
]

export function drawRows(canvas: HTMLCanvasElement, size: Size, data: DataSet, axes: readonly [number, number]): void {
  const context = cleared(canvas, size)
  const range: Axes = [data.inputs[axes[0]], data.inputs[axes[1]]]
  const width = data.inputs.length
  const draw = ({ count, x, y }: Rows, isValidation: boolean): void => {
    for (let row = 0; row < count; row++) {
      const [left, top] = pixelOf(range, size, x[row * width + axes[0]], x[row * width + axes[1]])
      const isClass = data.task === 'classes'
      const colour = isClass
        ? classColour(y[row])
        : numberColour((y[row] - data.target.min) / (data.target.max - data.target.min))
      drawMark(context, left, top, { colour, label: isClass ? y[row] : null, isValidation })
    }
  }
  draw(data.training, false)
  draw(data.validation, true)
}

export function drawPoints(
  canvas: HTMLCanvasElement,
  size: Size,
  axes: Axes,
  points: readonly Point[],
  data: DataSet | null,
  cursor: Place | null,
): void {
  const context = cleared(canvas, size)
  const validation = validationOf(points, data)
  points.forEach(([x, y, label], i) => {
    const [left, top] = pixelOf(axes, size, x, y)
    drawMark(context, left, top, { colour: classColour(label), label, isValidation: validation[i] })
  })
  if (cursor === null) return
  const [left, top] = pixelOf(axes, size, ...cursor)
  context.lineWidth = 2
  context.strokeStyle = colourOf('--text')
  context.beginPath()
  context.arc(left, top, 10, 0, 2 * Math.PI)
  for (const [x, y] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]) {
    context.moveTo(left + 6 * x, top + 6 * y)
    context.lineTo(left + 15 * x, top + 15 * y)
  }
  context.stroke()
}
