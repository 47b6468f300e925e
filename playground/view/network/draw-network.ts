/** Draws the network: units with their maps, and weights as lines. */
import type { DataSet } from '../../data/data-set.js'
import type { Picture, Snapshot } from '../../training/snapshot/snapshot-types.js'
import { cleared, type Size } from '../canvas.js'
import { colourOf } from '../colours.js'
import { drawWeights } from './draw-weights.js'
import { HEIGHT, type Layout, layoutOf } from './layout.js'
import type { UnitMaps } from './unit-maps.js'

const FONT = '11px system-ui, sans-serif'

export function drawNetwork(
  canvas: HTMLCanvasElement,
  size: Size,
  maps: UnitMaps,
  snapshot: Snapshot,
  data: DataSet,
  picture: Picture,
): void {
  const { layers } = snapshot
  const context = cleared(canvas, size)
  const layout = layoutOf([data.inputs.length, ...layers.map(({ units }) => units)], size.width)
  layers.forEach(({ weights, units }, i) => {
    drawWeights(context, weights, units, layout.columns[i], layout.columns[i + 1], layout.side)
  })
  maps.paint(snapshot, data, picture)
  drawMaps(context, layout, maps, picture.unitSize)
  drawTexts(context, layout, snapshot, data)
}

function drawMaps(context: CanvasRenderingContext2D, layout: Layout, maps: UnitMaps, unitSize: number): void {
  const { side, columns } = layout
  context.strokeStyle = colourOf('--muted')
  context.lineWidth = 1
  let unit = 0
  for (const { x, ys } of columns) {
    for (const y of ys) {
      const [left, top] = [x - side / 2, y - side / 2]
      context.drawImage(maps.canvas, 0, unit * unitSize, unitSize, unitSize, left, top, side, side)
      context.strokeRect(left, top, side, side)
      unit++
    }
  }
}

function drawTexts(context: CanvasRenderingContext2D, layout: Layout, { layers }: Snapshot, data: DataSet): void {
  const { side, width, columns } = layout
  context.font = FONT
  context.textAlign = 'center'
  context.textBaseline = 'top'
  const text = (words: string, x: number, y: number, colour = '--muted') => {
    context.fillStyle = colourOf(colour)
    context.fillText(words, x, y, width - 2)
  }
  columns.forEach(({ x, ys, more }, i) => {
    const layer = i === 0 ? null : layers[i - 1]
    const isLast = i === columns.length - 1
    text(captionOf(i, isLast, width), x, 3, '--text')
    ys.forEach((y, unit) => {
      const below = y + side / 2 + 2
      if (layer === null) {
        text(data.inputs[unit].name, x, below)
        return
      }
      const isDead = layer.dead.includes(unit)
      // A saturated output is certain, which is no fault.
      const isStuck = isDead || (!isLast && layer.saturated.includes(unit))
      if (isStuck) mark(context, x, y, side, isDead)
      const state = !isStuck ? '' : isDead ? ' dead' : width > 80 ? ' saturated' : ' sat.'
      text(outputName(layer.units, unit, isLast, data) + state, x, below, isStuck ? '--bad' : '--muted')
    })
    if (more > 0) text(`+ ${more} more`, x, HEIGHT - 16, '--text')
  })
}

const captionOf = (column: number, isLast: boolean, width: number): string => {
  if (column === 0) return width < 48 ? 'in' : 'inputs'
  if (isLast) return width < 48 ? 'out' : 'output'
  return width < 48 ? `${column}` : `layer ${column}`
}

/** Units of the last layer have the names of what they predict. */
function outputName(units: number, unit: number, isLast: boolean, data: DataSet): string {
  if (!isLast) return `${unit + 1}`
  if (data.task === 'number') return data.target.name
  return data.classes[units === 1 ? 1 : unit]
}

/** A cross over a dead unit, a thick frame around a saturated one. */
function mark(context: CanvasRenderingContext2D, x: number, y: number, side: number, isDead: boolean): void {
  const half = side / 2
  context.strokeStyle = colourOf('--bad')
  context.lineWidth = isDead ? 2 : 3
  context.strokeRect(x - half, y - half, side, side)
  if (!isDead) return
  context.beginPath()
  context.moveTo(x - half, y - half)
  context.lineTo(x + half, y + half)
  context.moveTo(x + half, y - half)
  context.lineTo(x - half, y + half)
  context.stroke()
}
