/**
 * Generated samples. They are the same for a seed on every machine, because only sums, products and one generator make them.
 * A network learns them gradually. The images are as sparse as those of handwritten digits, as some programs skip zeros.
 */
import { Random } from '#lib/kernels/random.js'

export interface Data {
  /** [rows × inputs] */
  x: Float64Array
  /** [rows × classes], one-hot, or [rows × outputs]. */
  y: Float64Array
}

/** Streams of the generator that the library does not use. */
const PLAN_STREAM = 101
const ROWS_STREAM = 102
const UNITS_STREAM = 104

/** Classes of two blobs each in a small space, mapped by a random matrix to `inputs` numbers a row. */
export function tabularData(rows: number, inputs: number, classes: number, seed: number): Data {
  const hidden = 6
  const spread = 0.55
  const plan = new Random(seed, 0, PLAN_STREAM, 0)
  const centers = between(plan, classes * 2 * hidden, -1.2, 1.2)
  const mixture = between(plan, hidden * inputs, -1, 1)
  const random = new Random(seed, 0, ROWS_STREAM, 0)
  const { x, y } = empty(rows, inputs, classes)
  for (let row = 0; row < rows; row++) {
    const label = choose(random, classes)
    const center = (label * 2 + choose(random, 2)) * hidden
    y[row * classes + label] = 1
    for (let h = 0; h < hidden; h++) {
      const value = centers[center + h] + spread * bell(random)
      for (let i = 0; i < inputs; i++) x[row * inputs + i] += value * mixture[h * inputs + i]
    }
  }
  return { x, y }
}

/** As `tabularData`, with columns of different units: each has a scale from 0.1 to 10 and an offset. */
export function sensorData(rows: number, inputs: number, classes: number, seed: number): Data {
  const { x, y } = tabularData(rows, inputs, classes, seed)
  const units = new Random(seed, 0, UNITS_STREAM, 0)
  const scales = between(units, inputs, 0.1, 1).map((scale) => (units.uniform() < 0.5 ? scale : 10 * scale))
  const offsets = between(units, inputs, -5, 5)
  return { x: x.map((value, i) => value * scales[i % inputs] + offsets[i % inputs]), y }
}

/** Targets between -1 and 1: a smooth function of uniform inputs, with noise. y: [rows × outputs] */
export function regressionData(rows: number, inputs: number, outputs: number, seed: number): Data {
  const noise = 0.05
  const plan = new Random(seed, 0, PLAN_STREAM, 0)
  const linear = between(plan, outputs * inputs, -1, 1)
  const products = between(plan, outputs * inputs, -1, 1)
  const random = new Random(seed, 0, ROWS_STREAM, 0)
  const { x, y } = empty(rows, inputs, outputs)
  for (let row = 0; row < rows; row++) {
    const values = x.subarray(row * inputs, (row + 1) * inputs)
    for (let i = 0; i < inputs; i++) values[i] = 2 * random.uniform() - 1
    for (let output = 0; output < outputs; output++) {
      let sum = 0
      for (let i = 0; i < inputs; i++) {
        sum += linear[output * inputs + i] * values[i]
        sum += products[output * inputs + i] * values[i] * values[(i + 1) % inputs]
      }
      y[row * outputs + output] = (0.9 * sum) / (1 + Math.abs(sum)) + noise * (2 * random.uniform() - 1)
    }
  }
  return { x, y }
}

/**
 * Images of `side` × `side` values from `background` to 1: a few soft spots for each class, moved a little and made brighter or
 * darker.
 */
export function imageData(rows: number, side: number, classes: number, seed: number, background: number): Data {
  const spots = 5
  const margin = side / 4
  const plan = new Random(seed, 0, PLAN_STREAM, 0)
  const places = between(plan, classes * spots * 2, margin, side - margin)
  const radii = between(plan, classes * spots, side / 9, side / 6)
  const random = new Random(seed, 0, ROWS_STREAM, 0)
  const { x, y } = empty(rows, side * side, classes)
  for (let row = 0; row < rows; row++) {
    const label = choose(random, classes)
    const image = x.subarray(row * side * side, (row + 1) * side * side)
    y[row * classes + label] = 1
    const brightness = 0.7 + 0.6 * random.uniform()
    for (let spot = label * spots; spot < (label + 1) * spots; spot++) {
      const left = places[spot * 2] + 1.5 * bell(random)
      const top = places[spot * 2 + 1] + 1.5 * bell(random)
      addSpot(image, side, left, top, radii[spot], brightness)
    }
    for (let i = 0; i < image.length; i++) {
      if (image[i] > 0) image[i] = Math.min(1, Math.max(0, image[i] + 0.1 * bell(random)))
      image[i] = background + (1 - background) * image[i]
    }
  }
  return { x, y }
}

/** Brightest in the middle, nothing from `radius` on. */
function addSpot(image: Float64Array, side: number, left: number, top: number, radius: number, bright: number): void {
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const square = (column - left) * (column - left) + (row - top) * (row - top)
      const value = bright * (1 - square / (radius * radius))
      if (value > 0) image[row * side + column] += value
    }
  }
}

const empty = (rows: number, inputs: number, classes: number): Data => ({
  x: new Float64Array(rows * inputs),
  y: new Float64Array(rows * classes),
})

const between = (random: Random, length: number, least: number, most: number): Float64Array =>
  Float64Array.from({ length }, () => least + (most - least) * random.uniform())

const choose = (random: Random, count: number): number => Math.floor(random.uniform() * count)

/** Approximately normal: the sum of twelve uniform numbers has variance 1. No bit depends on a library function. */
function bell(random: Random): number {
  let sum = -6
  for (let i = 0; i < 12; i++) sum += random.uniform()
  return sum
}
