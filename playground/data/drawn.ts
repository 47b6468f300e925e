/** The drawn data sets: what a point is before the noise, and its target. */
import type { Source } from '../state/settings.js'
import { onCircle } from './circle.js'
import { normals, uniforms } from './random.js'

export type DrawnSource = Exclude<Source, 'points' | 'csv'>

/** Uniform numbers in [0, 1) of one row. Row i has the class i mod 2 where the form does not decide it. */
interface Draw {
  readonly a: number
  readonly b: number
  readonly row: number
}

/** Two coordinates of about -1 to 1, and the target: a class, or a number from -1 to 1. */
type Form = (draw: Draw) => readonly [x: number, y: number, target: number]

/** The distance of the points of `xor` from the axes. */
const GAP = 0.05
/** The turns of a spiral. */
const TURNS = 1.75

const away = (value: number): number => (value < 0 ? value - GAP : value + GAP)

const FORMS: Readonly<Record<DrawnSource, Form>> = {
  xor({ a, b }) {
    const [x, y] = [away(1.9 * a - 0.95), away(1.9 * b - 0.95)]
    return [x, y, x * y < 0 ? 1 : 0]
  },
  circles({ a, b, row }) {
    const label = row % 2
    const radius = label === 0 ? 0.7 + 0.3 * a : 0.5 * a
    const [x, y] = onCircle(b)
    return [radius * x, radius * y, label]
  },
  spirals({ a, row }) {
    const label = row % 2
    const [x, y] = onCircle(TURNS * a + label / 2)
    return [a * x, a * y, label]
  },
  gaussians({ row }) {
    const label = row % 2
    return label === 0 ? [-0.4, -0.4, label] : [0.4, 0.4, label]
  },
  moons({ a, row }) {
    const label = row % 2
    // Two half circles of the same radius, each of which begins in the middle of the other one.
    const [x, y] = onCircle(label === 0 ? a / 2 : 0.5 + a / 2)
    return [0.6 * (x + (label === 0 ? -0.5 : 0.5)), 0.6 * (y + (label === 0 ? -0.25 : 0.25)), label]
  },
  plane({ a, b }) {
    const [x, y] = [2 * a - 1, 2 * b - 1]
    return [x, y, (x + y) / 2]
  },
}

/** The spread of `gaussians` without any noise. */
const SPREAD = 0.15

/** Points as rows of three numbers. The noise is added to the coordinates, in `plane` to the target. */
export function drawnPoints(
  source: DrawnSource,
  rows: number,
  noise: number,
  seed: number,
): [number, number, number][] {
  const positions = uniforms(2 * rows, seed)
  const shifts = normals(2 * rows, seed)
  const form = FORMS[source]
  const stddev = noise + (source === 'gaussians' ? SPREAD : 0)
  return Array.from({ length: rows }, (_, row) => {
    const [x, y, target] = form({ a: positions[2 * row], b: positions[2 * row + 1], row })
    const [dx, dy] = [stddev * shifts[2 * row], stddev * shifts[2 * row + 1]]
    return source === 'plane' ? [x, y, target + dx] : [x + dx, y + dy, target]
  })
}
