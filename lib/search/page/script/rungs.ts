/** The values of the trials at the epochs where they were compared. */
import type { Choice } from './choice.js'
import { drawFrame, drawTraces, type Frame, placesOf } from './frame.js'
import { numberScale } from './scale.js'
import { dim } from './scatter.js'
import type { Drawing, Pen } from './view.js'

/** How far from a line a click may be, in pixels. */
const REACH = 24
/** Epochs whose extremes have a larger ratio than this have a logarithmic axis. */
const LOG_RATIO = 8

export function rungsDrawing(choice: Choice): Drawing {
  const { states, rungs, rungAxis, metric } = choice.data
  const epochs = rungs.flatMap((one) => one.filter((_, i) => i % 2 === 0))
  const [first, last] = epochs.reduce(([low, high], epoch) => [Math.min(low, epoch), Math.max(high, epoch)], [
    Infinity,
    -Infinity,
  ] as [number, number])
  const x = numberScale({ low: first, high: last, isLog: first > 0 && last / first > LOG_RATIO })
  const y = numberScale(rungAxis)
  let frame: Frame | null = null
  const trace = (context: CanvasRenderingContext2D, within: Frame, trial: number): void => {
    const points = rungs[trial]
    for (let i = 0; i < points.length; i += 2) {
      const [atX, atY] = [within.x(points[i]), within.y(points[i + 1])]
      // A trial with one rung is a short line.
      if (i === 0) context.moveTo(points.length === 2 ? atX - 3 : atX, atY)
      context.lineTo(points.length === 2 ? atX + 3 : atX, atY)
    }
  }
  const traceAll = (pen: Pen, within: Frame, color: string, alpha: number, isWanted: (trial: number) => boolean) =>
    drawTraces(pen, color, alpha, placesOf(rungs.length, isWanted), (context, trial) => trace(context, within, trial))
  return {
    base(pen) {
      frame = drawFrame(pen, x, y, 'epoch', metric)
      traceAll(pen, frame, 'color-4', 0.45, (i) => states[i] !== 'c')
      traceAll(pen, frame, 'color-0', 0.8, (i) => states[i] === 'c')
    },
    marks(pen) {
      if (frame === null) return
      const { inRanges, trial } = choice
      if (inRanges !== null) {
        dim(pen, frame)
        traceAll(pen, frame, 'color-0', 1, (i) => inRanges[i])
      }
      if (trial >= 0) {
        pen.context.lineWidth = 3
        traceAll(pen, frame, 'text', 1, (i) => i === trial)
        pen.context.lineWidth = 1
      }
    },
    trialAt(atX, atY) {
      if (frame === null) return -1
      let [nearest, least] = [-1, REACH * REACH]
      rungs.forEach((points, trial) => {
        for (let i = 0; i < points.length; i += 2) {
          const distance = ((frame as Frame).x(points[i]) - atX) ** 2 + ((frame as Frame).y(points[i + 1]) - atY) ** 2
          if (distance < least) [nearest, least] = [trial, distance]
        }
      })
      return nearest
    },
  }
}
