/** The axes of a chart of two scales, and what is drawn inside of them. */
import type { Scale, Tick } from './scale.js'
import type { Pen } from './view.js'

export interface Frame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  x(value: number): number
  y(value: number): number
}

const LINE_HEIGHT = 16
const GAP = 6
/** The free space at the right. */
const RIGHT = 14
const MAX_LABEL_WIDTH = 110

/** The beginning of a text that is no wider than `width` pixels. */
export function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text
  let end = text.length
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end--
  return `${text.slice(0, end)}…`
}

/** Draws the axes and the grid. */
export function drawFrame(pen: Pen, x: Scale, y: Scale, xLabel: string, yLabel: string): Frame {
  const { context, width, height } = pen
  const yTicks = y.ticks(height / 40)
  const widest = Math.max(...yTicks.map(({ label }) => context.measureText(label).width), 0)
  const left = Math.min(widest, MAX_LABEL_WIDTH) + GAP + (yLabel === '' ? 0 : LINE_HEIGHT)
  const top = 8
  const frame: Frame = {
    left,
    top,
    width: Math.max(1, width - left - RIGHT),
    height: Math.max(1, height - top - LINE_HEIGHT - GAP - (xLabel === '' ? 0 : LINE_HEIGHT)),
    x: (value) => left + x.at(value) * frame.width,
    y: (value) => top + (1 - y.at(value)) * frame.height,
  }
  context.strokeStyle = pen.color('grid')
  context.fillStyle = pen.color('muted')
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  for (const { value, label } of yTicks) {
    line(context, left, frame.y(value), left + frame.width, frame.y(value))
    context.fillText(fitted(context, label, MAX_LABEL_WIDTH), left - GAP, frame.y(value))
  }
  drawXTicks(pen, frame, x)
  context.textAlign = 'center'
  if (xLabel !== '') context.fillText(xLabel, left + frame.width / 2, height - LINE_HEIGHT / 2)
  if (yLabel !== '') {
    context.save()
    context.translate(LINE_HEIGHT / 2, top + frame.height / 2)
    context.rotate(-Math.PI / 2)
    context.fillText(fitted(context, yLabel, frame.height), 0, 0)
    context.restore()
  }
  return frame
}

function drawXTicks({ context }: Pen, frame: Frame, x: Scale): void {
  const { left, top, width, height } = frame
  const spaced = (count: number): [readonly Tick[], number] => {
    const ticks = x.ticks(count)
    return [ticks, width / Math.max(ticks.length, 1)]
  }
  let [ticks, room] = spaced(width / 60)
  // Labels of numbers are whole: fewer of them where they would touch.
  const widest = Math.max(...ticks.map(({ label }) => context.measureText(label).width), 0)
  if (!x.isChoice && widest + GAP > room) [ticks, room] = spaced(width / (widest + 4 * GAP))
  context.textBaseline = 'top'
  for (const { value, label } of ticks) {
    const at = frame.x(value)
    line(context, at, top, at, top + height)
    const text = x.isChoice ? fitted(context, label, room - GAP) : label
    const half = context.measureText(text).width / 2
    context.textAlign = 'center'
    context.fillText(text, Math.min(Math.max(at, half), left + width + RIGHT - 2 - half), top + height + GAP)
  }
  context.textBaseline = 'middle'
}

export function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath()
  context.moveTo(x0, y0)
  context.lineTo(x1, y1)
  context.stroke()
}

/** The most shapes for the things of a kind: within one they do not darken each other, and fewer are quicker. */
const SHAPES = 20

/** Divides a list into the parts of shapes. */
function shapesOf<Item>(items: readonly Item[]): Item[][] {
  const step = Math.max(1, Math.ceil(items.length / SHAPES))
  return Array.from({ length: Math.ceil(items.length / step) }, (_, i) => items.slice(i * step, (i + 1) * step))
}

/** More points than these are squares, which are quicker. */
const MAX_DISCS = 1000
/** The most lines: more would cover each other. */
const MAX_TRACES = 1500

/** Draws points; where many are, it is darker. */
export function drawPoints({ context }: Pen, places: readonly (readonly [x: number, y: number])[]): void {
  if (places.length > MAX_DISCS) {
    for (const [x, y] of places) context.fillRect(x - 1.5, y - 1.5, 3, 3)
    return
  }
  const radius = 3
  for (const shape of shapesOf(places)) {
    context.beginPath()
    for (const [x, y] of shape) {
      context.moveTo(x + radius, y)
      context.arc(x, y, radius, 0, 2 * Math.PI)
    }
    context.fill()
  }
}

/**
 * Draws a line for each of some trials, of very many for some at equal distances; where many are, it is darker.
 * @param alpha the opacity of a line, where these are few
 */
export function drawTraces(
  pen: Pen,
  color: string,
  alpha: number,
  trials: readonly number[],
  trace: (context: CanvasRenderingContext2D, trial: number) => void,
): void {
  const { context } = pen
  const count = Math.min(trials.length, MAX_TRACES)
  const drawn = Array.from({ length: count }, (_, i) => trials[Math.floor((i * trials.length) / count)])
  context.strokeStyle = pen.color(color)
  context.globalAlpha = Math.min(alpha, Math.max((alpha * 200) / Math.max(count, 1), 0.06))
  for (const shape of shapesOf(drawn)) {
    context.beginPath()
    for (const trial of shape) trace(context, trial)
    context.stroke()
  }
  context.globalAlpha = 1
}

/** The places of what is wanted. */
export function placesOf(length: number, isWanted: (place: number) => boolean): number[] {
  return Array.from({ length }, (_, i) => i).filter(isWanted)
}
