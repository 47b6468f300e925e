/** The map of the outputs as an image: one pixel for each place, which the style sheet enlarges. */
import type { Snapshot } from '../../training/snapshot/snapshot-types.js'
import { CLASS_COLOURS, pixelAt, rampOf } from '../colours.js'
import { spreadBound } from './spread.js'

/** The mean of the members' outputs, or their standard deviation. */
export type Shown = 'mean' | 'spread'

export class MapImage {
  private image = new ImageData(1, 1)
  private pixels = new Uint32Array(this.image.data.buffer)

  paint(canvas: HTMLCanvasElement, snapshot: Snapshot, shown: Shown): void {
    const { size } = snapshot.output
    if (this.image.width !== size) {
      this.image = new ImageData(size, size)
      this.pixels = new Uint32Array(this.image.data.buffer)
    }
    if (canvas.width !== size || canvas.height !== size) [canvas.width, canvas.height] = [size, size]
    if (shown === 'spread') this.fillSpread(snapshot)
    else if (snapshot.outputs.count === 1) this.fillOne(snapshot)
    else this.fillClasses(snapshot)
    const context = canvas.getContext('2d') as CanvasRenderingContext2D
    context.putImageData(this.image, 0, 0)
  }

  /** The middle has the colour of the background, so that the boundary is seen. */
  private fillOne({ output, outputs }: Snapshot): void {
    const ramp = rampOf(CLASS_COLOURS[0], '--plain', CLASS_COLOURS[1])
    const scale = 1 / (outputs.high - outputs.low)
    for (let at = 0; at < this.pixels.length; at++) {
      this.pixels[at] = pixelAt(ramp, (output.mean[at] - outputs.low) * scale)
    }
  }

  /** The colour of the largest output; it is stronger, the further the output is above an equal share. */
  private fillClasses({ output, outputs }: Snapshot): void {
    const { count, low, high } = outputs
    const ramps = CLASS_COLOURS.map((name) => rampOf('--plain', name))
    for (let at = 0; at < this.pixels.length; at++) {
      let best = 0
      for (let j = 1; j < count; j++) if (output.mean[at * count + j] > output.mean[at * count + best]) best = j
      const share = (output.mean[at * count + best] - low) / (high - low)
      this.pixels[at] = pixelAt(ramps[best % ramps.length], (share - 1 / count) / (1 - 1 / count))
    }
  }

  /** The largest standard deviation of the outputs. */
  private fillSpread(snapshot: Snapshot): void {
    const { output, outputs } = snapshot
    const { count } = outputs
    const ramp = rampOf('--plain', '--text')
    const scale = 1 / spreadBound(snapshot)
    for (let at = 0; at < this.pixels.length; at++) {
      let largest = 0
      for (let j = 0; j < count; j++) largest = Math.max(largest, output.spread[at * count + j])
      this.pixels[at] = pixelAt(ramp, largest * scale)
    }
  }
}
