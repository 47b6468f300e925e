/** Draws rows: training rows are discs, validation rows diamonds; classes differ by colour and by a sign inside. */
import { CLASS_COLOURS, colourOf, cssOf, mixed, rgbOf } from '../colours.js'

/** The sizes of a mark, in pixels. */
const RADIUS = 4.5
const DIAMOND = 5.5

/** What a row is. */
export interface Mark {
  /** The colour, as the style sheet of a canvas has it. */
  readonly colour: string
  /** The number of the class; null for a number. */
  readonly label: number | null
  readonly isValidation: boolean
}

export const classColour = (label: number): string => colourOf(CLASS_COLOURS[label % CLASS_COLOURS.length])

/** share: of a number between the smallest and the largest one */
export const numberColour = (share: number): string =>
  cssOf(mixed(rgbOf(CLASS_COLOURS[0]), rgbOf(CLASS_COLOURS[1]), Math.min(1, Math.max(0, share))))

export function drawMark(context: CanvasRenderingContext2D, x: number, y: number, mark: Mark): void {
  const edge = colourOf('--edge')
  context.beginPath()
  if (mark.isValidation) {
    context.moveTo(x, y - DIAMOND)
    context.lineTo(x + DIAMOND, y)
    context.lineTo(x, y + DIAMOND)
    context.lineTo(x - DIAMOND, y)
    context.closePath()
  } else context.arc(x, y, RADIUS, 0, 2 * Math.PI)
  context.fillStyle = mark.colour
  context.fill()
  context.lineWidth = 1.25
  context.strokeStyle = edge
  context.stroke()
  drawSign(context, x, y, mark.label, edge)
}

/** Nothing for the first class, then a point, a bar, and a cross. */
function drawSign(context: CanvasRenderingContext2D, x: number, y: number, label: number | null, edge: string): void {
  context.fillStyle = edge
  if (label === 1) {
    context.beginPath()
    context.arc(x, y, 1.6, 0, 2 * Math.PI)
    context.fill()
  }
  if (label === 2 || label === 3) context.fillRect(x - 3, y - 0.75, 6, 1.5)
  if (label === 3) context.fillRect(x - 0.75, y - 3, 1.5, 6)
}
