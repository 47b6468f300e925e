/** Charts with a point for each trial: the history, and the values against a parameter. */
import type { PageData, PageParameter } from '../parts/page-data.js'
import type { Choice } from './choice.js'
import { drawFrame, drawPoints, type Frame } from './frame.js'
import { numberScale, type Scale, scaleOf } from './scale.js'
import type { Drawing, Pen } from './view.js'

/** How far from a trial a click may be, in pixels. */
const REACH = 24

/** The height of the mark of a failed trial. */
const FAILED_HEIGHT = 7

interface Scatter {
  readonly x: Scale
  readonly xLabel: string
  readonly yLabel: string
  /** The x of each trial; null: it has none. */
  readonly xs: readonly (number | null)[]
  /** Drawn above the points. */
  above?(pen: Pen, frame: Frame): void
}

const STATES = [
  { letter: 'p', color: 'color-4', alpha: 0.4 },
  { letter: 'c', color: 'color-0', alpha: 0.75 },
] as const

function scatterDrawing({ x, xLabel, yLabel, xs, above }: Scatter, choice: Choice): Drawing {
  const { states, values, valueAxis, better } = choice.data
  const y = numberScale(valueAxis)
  let frame: Frame | null = null
  /** Values of a choice are beside each other: each trial has a place of its own, the same at every drawing. */
  const spread = (trial: number, { width }: Frame) => {
    if (!x.isChoice) return 0
    const share = ((trial * 7919) % 101) / 101 - 0.5
    return share * 0.5 * (x.at(1) - x.at(0)) * width
  }
  const placeOf = (trial: number, within: Frame): [number, number] | null => {
    const value = values[trial]
    const at = xs[trial]
    if (value === null || at === null) return null
    return [within.x(at) + spread(trial, within), within.y(value)]
  }
  return {
    base(pen) {
      frame = drawFrame(pen, x, y, xLabel, yLabel)
      const within = frame
      for (const { letter, color, alpha } of STATES) {
        const places = [...states].map((state, i) => (state === letter ? placeOf(i, within) : null))
        pen.context.globalAlpha = alpha
        pen.context.fillStyle = pen.color(color)
        drawPoints(
          pen,
          places.filter((place) => place !== null),
        )
      }
      pen.context.globalAlpha = 0.8
      pen.context.fillStyle = pen.color('error')
      // Where the worst values are.
      const top = better === 'lower' ? within.top : within.top + within.height - FAILED_HEIGHT
      xs.forEach((at, i) => {
        if (states[i] !== 'f' || at === null) return
        pen.context.fillRect(within.x(at) + spread(i, within) - 1, top, 2, FAILED_HEIGHT)
      })
      pen.context.globalAlpha = 1
      above?.(pen, frame)
    },
    marks(pen) {
      if (frame === null) return
      const { inRanges, trial } = choice
      if (inRanges !== null) dim(pen, frame)
      const chosen = inRanges === null ? [] : xs.map((_, i) => (inRanges[i] ? placeOf(i, frame as Frame) : null))
      pen.context.fillStyle = pen.color('color-0')
      drawPoints(
        pen,
        chosen.filter((place) => place !== null),
      )
      const place = trial < 0 ? null : placeOf(trial, frame)
      if (place !== null) drawRing(pen, place)
    },
    trialAt(atX, atY) {
      if (frame === null) return -1
      let [nearest, least] = [-1, REACH * REACH]
      for (let i = 0; i < xs.length; i++) {
        const place = placeOf(i, frame)
        if (place === null) continue
        const distance = (place[0] - atX) ** 2 + (place[1] - atY) ** 2
        if (distance < least) [nearest, least] = [i, distance]
      }
      return nearest
    },
  }
}

/** Lets what is drawn fade. */
export function dim(pen: Pen, { left, top, width, height }: Pick<Frame, 'left' | 'top' | 'width' | 'height'>): void {
  pen.context.globalAlpha = 0.75
  pen.context.fillStyle = pen.color('ground')
  pen.context.fillRect(left, top, width, height)
  pen.context.globalAlpha = 1
}

/** Marks the chosen trial. */
export function drawRing({ context, color }: Pen, [x, y]: readonly [number, number]): void {
  for (const [radius, width, name] of [
    [6, 5, 'ground'],
    [6, 2.5, 'text'],
  ] as const) {
    context.beginPath()
    context.arc(x, y, radius, 0, 2 * Math.PI)
    context.lineWidth = width
    context.strokeStyle = color(name)
    context.stroke()
  }
  context.lineWidth = 1
}

/** The values by the numbers of the trials, and the best so far as a line of steps. */
export function historyDrawing(choice: Choice): Drawing {
  const { numbers, record, metric } = choice.data
  const last = Math.max(numbers[numbers.length - 1] ?? 0, 1)
  return scatterDrawing(
    {
      x: numberScale({ low: 0, high: last, isLog: false }),
      xLabel: 'trial',
      yLabel: metric,
      xs: numbers,
      above: (pen, frame) => drawRecord(pen, frame, record, last),
    },
    choice,
  )
}

function drawRecord({ context, color }: Pen, frame: Frame, record: PageData['record'], last: number): void {
  context.strokeStyle = color('color-1')
  context.lineWidth = 2
  context.beginPath()
  record.numbers.forEach((number, i) => {
    if (i > 0) context.lineTo(frame.x(number), frame.y(record.values[i - 1]))
    context.lineTo(frame.x(number), frame.y(record.values[i]))
  })
  if (record.values.length > 0) context.lineTo(frame.x(last), frame.y(record.values[record.values.length - 1]))
  context.stroke()
  context.lineWidth = 1
}

export const sliceDrawing = ({ axis, values }: PageParameter, choice: Choice): Drawing =>
  scatterDrawing({ x: scaleOf(axis), xLabel: '', yLabel: '', xs: values }, choice)
