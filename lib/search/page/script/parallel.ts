/** Parallel coordinates: an axis for each parameter and one for the value, and a line for each trial. */
import type { Choice } from './choice.js'
import { drawTraces, fitted, line, placesOf } from './frame.js'
import { numberScale, type Scale, scaleOf } from './scale.js'
import { dim } from './scatter.js'
import type { Drawing, Pen } from './view.js'

/** The free space around the axes, in pixels. */
const TOP = 24
const BOTTOM = 30
const SIDE = 46
/** Where a line passes the axis of a parameter that its trial does not have: below the axis. */
const BELOW = 14
/** How far from an axis or a line a pointer may be. */
const REACH = 18
interface Axis {
  readonly name: string
  readonly scale: Scale
  readonly values: readonly (number | null)[]
}

/** A range of an axis, from 0 to 1. */
export interface Range {
  readonly axis: number
  readonly low: number
  readonly high: number
}

export interface Parallel extends Drawing {
  /** The axis at a place, -1 for none, and where on it, from 0 to 1. */
  axisAt(x: number, y: number): [axis: number, place: number]
  /** The ranges that the reader chose. */
  readonly ranges: Map<number, Range>
  /** Whether each trial is within all ranges. */
  inRanges(): boolean[] | null
}

export function parallelDrawing(choice: Choice): Parallel {
  const { parameters, metric, values, valueAxis, states, ranks, top } = choice.data
  const axes: Axis[] = [
    ...parameters.map(({ short, axis, values: own }) => ({ name: short, scale: scaleOf(axis), values: own })),
    { name: metric, scale: numberScale(valueAxis), values },
  ]
  const count = states.length
  // The places on the axes do not change: [axes × trials], NaN below the axis.
  const places = axes.map(({ scale, values: own }) =>
    Float64Array.from(own, (value, trial) => (value === null ? NaN : scale.at(value) + spread(scale, trial))),
  )
  const best = ranks.map((rank) => rank <= top)
  const ranges = new Map<number, Range>()
  let [width, height] = [0, 0]
  const xOf = (axis: number): number => SIDE + (axis * (width - 2 * SIDE)) / (axes.length - 1)
  const yAt = (place: number): number =>
    Number.isNaN(place) ? height - BOTTOM + BELOW : height - BOTTOM - place * (height - TOP - BOTTOM)
  const trace = (context: CanvasRenderingContext2D, trial: number): void => {
    context.moveTo(xOf(0), yAt(places[0][trial]))
    for (let axis = 1; axis < axes.length; axis++) context.lineTo(xOf(axis), yAt(places[axis][trial]))
  }
  const traceAll = (pen: Pen, color: string, alpha: number, isWanted: (trial: number) => boolean): void =>
    drawTraces(pen, color, alpha, placesOf(count, isWanted), trace)
  const drawAxes = (pen: Pen): void => {
    axes.forEach((axis, i) => {
      const room = (width - 2 * SIDE) / Math.max(axes.length - 1, 1)
      drawAxis(pen, axis, xOf(i), i === axes.length - 1, room, yAt)
    })
  }
  const drawing: Parallel = {
    ranges,
    base(pen) {
      ;({ width, height } = pen)
      traceAll(pen, 'color-4', 0.35, (i) => states[i] !== 'c')
      traceAll(pen, 'color-0', 0.6, (i) => states[i] === 'c' && !best[i])
      traceAll(pen, 'color-1', 0.9, (i) => best[i])
      drawAxes(pen)
    },
    marks(pen) {
      const { inRanges, trial } = choice
      if (inRanges !== null) {
        dim(pen, { left: 0, top: 0, width, height })
        traceAll(pen, 'color-0', 0.6, (i) => inRanges[i] && !best[i])
        traceAll(pen, 'color-1', 0.9, (i) => inRanges[i] && best[i])
        drawAxes(pen)
      }
      if (trial >= 0) {
        pen.context.lineWidth = 3
        traceAll(pen, 'text', 1, (i) => i === trial)
        pen.context.lineWidth = 1
      }
      for (const { axis, low, high } of ranges.values()) {
        pen.context.fillStyle = pen.color('link')
        pen.context.globalAlpha = 0.35
        pen.context.fillRect(xOf(axis) - 7, yAt(high), 14, yAt(low) - yAt(high))
        pen.context.globalAlpha = 1
      }
    },
    trialAt(x, y) {
      const axis = Math.min(
        Math.max(Math.floor(((x - SIDE) / (width - 2 * SIDE)) * (axes.length - 1)), 0),
        axes.length - 2,
      )
      const share = (x - xOf(axis)) / (xOf(axis + 1) - xOf(axis))
      let [nearest, least] = [-1, REACH]
      for (let trial = 0; trial < count; trial++) {
        if (choice.inRanges?.[trial] === false) continue
        const [from, to] = [yAt(places[axis][trial]), yAt(places[axis + 1][trial])]
        const distance = Math.abs(from + share * (to - from) - y)
        if (distance < least) [nearest, least] = [trial, distance]
      }
      return nearest
    },
    axisAt(x, y) {
      const place = Math.min(Math.max((height - BOTTOM - y) / (height - TOP - BOTTOM), 0), 1)
      return [axes.findIndex((_, i) => Math.abs(xOf(i) - x) <= REACH), place]
    },
    inRanges() {
      if (ranges.size === 0) return null
      const all = [...ranges.values()]
      return Array.from({ length: count }, (_, trial) =>
        all.every(({ axis, low, high }) => places[axis][trial] >= low && places[axis][trial] <= high),
      )
    },
  }
  return drawing
}

/** Trials with the same value of a choice are beside each other. */
const spread = (scale: Scale, trial: number): number =>
  scale.isChoice ? (((trial * 7919) % 101) / 101 - 0.5) * 0.4 * (scale.at(1) - scale.at(0)) : 0

/** An axis with its name above, and its marks at the right. */
function drawAxis(
  pen: Pen,
  { name, scale }: Axis,
  x: number,
  isLast: boolean,
  room: number,
  yAt: (place: number) => number,
): void {
  const { context } = pen
  context.strokeStyle = pen.color('mark')
  line(context, x, yAt(0), x, yAt(1))
  context.textBaseline = 'middle'
  context.textAlign = 'center'
  context.fillStyle = pen.color('text')
  context.fillText(fitted(context, name, isLast ? 2 * SIDE : room - 8), x, TOP / 2)
  context.textAlign = 'left'
  for (const { value, label } of scale.ticks(6)) {
    const y = yAt(scale.at(value))
    line(context, x, y, x + 4, y)
    const text = fitted(context, label, isLast ? SIDE - 8 : room - 24)
    context.globalAlpha = 0.8
    context.fillStyle = pen.color('ground')
    context.fillRect(x + 5, y - 8, context.measureText(text).width + 4, 16)
    context.globalAlpha = 1
    context.fillStyle = pen.color('text')
    context.fillText(text, x + 7, y)
  }
}
