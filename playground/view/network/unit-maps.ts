/** The maps of all drawn units in one image: a strip of squares, which needs one upload for each snapshot. */
import type { DataSet } from '../../data/data-set.js'
import type { Picture, Snapshot } from '../../training/snapshot/snapshot-types.js'
import { pixelAt, rampOf } from '../colours.js'
import { MAX_DRAWN } from './layout.js'

/** The values of a square, row by row from the top, and what is 0 and 1 of the ramp. */
interface Square {
  readonly values: Float32Array
  readonly low: number
  readonly high: number
}

export class UnitMaps {
  readonly canvas = new OffscreenCanvas(1, 1)
  private readonly context = this.canvas.getContext('2d') as OffscreenCanvasRenderingContext2D
  private image = new ImageData(1, 1)
  private pixels = new Uint32Array(this.image.data.buffer)
  /** The maps of the inputs, which only depend on the data and the axes. */
  private inputs: { readonly key: unknown; readonly squares: readonly Square[] } = { key: null, squares: [] }

  /** Draws the inputs, then the units of each layer, in the order of the columns. */
  paint(snapshot: Snapshot, data: DataSet, picture: Picture): void {
    const side = picture.unitSize
    const area = side * side
    const squares = [...this.inputSquares(data, picture), ...snapshot.layers.flatMap(squaresOf(snapshot, area))]
    this.resize(side, side * squares.length)
    const ramp = rampOf('--first', '--plain', '--second')
    squares.forEach(({ values, low, high }, i) => {
      const scale = 1 / (high - low)
      const start = i * area
      for (let at = 0; at < area; at++) this.pixels[start + at] = pixelAt(ramp, (values[at] - low) * scale)
    })
    this.context.putImageData(this.image, 0, 0)
  }

  private resize(width: number, height: number): void {
    if (this.image.width === width && this.image.height === height) return
    this.image = new ImageData(width, height)
    this.pixels = new Uint32Array(this.image.data.buffer)
    this.canvas.width = width
    this.canvas.height = height
  }

  private inputSquares(data: DataSet, { axes, unitSize }: Picture): readonly Square[] {
    const key = `${axes} ${unitSize} ${data.inputs.length}`
    if (this.inputs.key === key) return this.inputs.squares
    const squares = data.inputs.slice(0, MAX_DRAWN).map((_, input) => {
      const values = new Float32Array(unitSize * unitSize)
      values.forEach((__, at) => {
        const [row, column] = [Math.floor(at / unitSize), at % unitSize]
        if (input === axes[0]) values[at] = (2 * column) / (unitSize - 1) - 1
        else if (input === axes[1]) values[at] = 1 - (2 * row) / (unitSize - 1)
      })
      return { values, low: -1, high: 1 }
    })
    this.inputs = { key, squares }
    return squares
  }
}

/** The last layer has the range of the outputs. A hidden unit has the range from -m to m; m is its largest value there. */
function squaresOf({ layers, outputs }: Snapshot, area: number) {
  return ({ maps, units }: Snapshot['layers'][number], index: number): Square[] =>
    Array.from({ length: Math.min(units, MAX_DRAWN) }, (_, unit) => {
      const values = maps.subarray(unit * area, (unit + 1) * area)
      if (index === layers.length - 1) return { values, low: outputs.low, high: outputs.high }
      let largest = 1e-30
      for (const value of values) {
        const size = Math.abs(value)
        if (size > largest && size < Infinity) largest = size
      }
      return { values, low: -largest, high: largest }
    })
}
