/** Paints a map of the outputs, and the rows of the data over it. */
import type { DataSet, Rows } from '../../data/data-set.js'
import type { Picture, Snapshot } from '../../training/snapshot/snapshot-types.js'
import type { Outputs } from '../../training/targets.js'
import { CLASS_COLOURS, colourOf, mixed, type Rgb, rgbOf } from '../colours.js'

export type Shown = 'mean' | 'spread'

/** The radius of a row in pixels of the style sheet. */
const RADIUS = 3

const within = (value: number): number => (value > 0 ? (value < 1 ? value : 1) : 0)

/** The colour at a place of the map, from the outputs there. */
function colourAt(
  values: Float32Array,
  at: number,
  { count, low, high }: Outputs,
  colours: readonly Rgb[],
  none: Rgb,
): Rgb {
  const share = (j: number): number => within((values[at * count + j] - low) / (high - low))
  if (count === 1) {
    const value = share(0)
    // The middle has the colour of the background, so that the boundary is seen.
    return value < 0.5 ? mixed(colours[0], none, 2 * value) : mixed(none, colours[1], 2 * value - 1)
  }
  let best = 0
  for (let j = 1; j < count; j++) if (share(j) > share(best)) best = j
  const certainty = within((share(best) - 1 / count) / (1 - 1 / count))
  return mixed(none, colours[best % colours.length], certainty)
}

/** The map as an image of its own size. */
function imageOf({ output, outputs }: Snapshot, shown: Shown): ImageData {
  const { size, mean, spread } = output
  const image = new ImageData(size, size)
  const colours = CLASS_COLOURS.map(rgbOf)
  const none = rgbOf('--plain')
  const dark = rgbOf('--text')
  for (let at = 0; at < size * size; at++) {
    const colour =
      shown === 'mean'
        ? colourAt(mean, at, outputs, colours, none)
        : mixed(none, dark, within((2 * spread[at * outputs.count]) / (outputs.high - outputs.low)))
    image.data.set([...colour, 255], 4 * at)
  }
  return image
}

export function paint(
  canvas: HTMLCanvasElement,
  snapshot: Snapshot,
  data: DataSet,
  picture: Picture,
  shown: Shown,
): void {
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  const ratio = devicePixelRatio
  const side = Math.round(canvas.clientWidth * ratio)
  if (canvas.width !== side) canvas.width = canvas.height = side
  const image = imageOf(snapshot, shown)
  const small = new OffscreenCanvas(image.width, image.height)
  ;(small.getContext('2d') as OffscreenCanvasRenderingContext2D).putImageData(image, 0, 0)
  context.imageSmoothingEnabled = true
  context.drawImage(small, 0, 0, side, side)
  const paintRows = (rows: Rows, isFilled: boolean) => paintPoints(context, rows, data, picture, side, ratio, isFilled)
  paintRows(data.validation, false)
  paintRows(data.training, true)
}

/** Training rows are discs, validation rows are rings. */
function paintPoints(
  context: CanvasRenderingContext2D,
  { count, x, y }: Rows,
  data: DataSet,
  { axes }: Picture,
  side: number,
  ratio: number,
  isFilled: boolean,
): void {
  const colours = CLASS_COLOURS.map(rgbOf)
  const edge = colourOf('--edge')
  const [across, up] = axes.map((axis) => data.inputs[axis])
  const width = data.inputs.length
  context.lineWidth = ratio
  for (let row = 0; row < count; row++) {
    const colour =
      data.task === 'classes'
        ? colours[y[row] % colours.length]
        : mixed(colours[0], colours[1], within((y[row] - data.target.min) / (data.target.max - data.target.min)))
    const left = ((x[row * width + axes[0]] - across.min) / (across.max - across.min)) * side
    const top = (1 - (x[row * width + axes[1]] - up.min) / (up.max - up.min)) * side
    context.beginPath()
    context.arc(left, top, RADIUS * ratio, 0, 2 * Math.PI)
    context.fillStyle = isFilled ? `rgb(${colour.map(Math.round)})` : edge
    context.strokeStyle = isFilled ? edge : `rgb(${colour.map(Math.round)})`
    context.fill()
    context.stroke()
  }
}
