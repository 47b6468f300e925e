/** Points of one's own: their coordinates on the map, and what adds, moves and removes them. */
import type { DataSet, Input, Rows } from '../../data/data-set.js'
import type { Point } from '../../state/settings.js'

export type Place = readonly [x: number, y: number]

/** The two inputs that a map varies. */
export type Axes = readonly [across: Input, up: Input]

/** The largest distance from a point, as a share of the map's side, at which it is meant by a click. */
const REACH = 0.03
const DIGITS = 3

const rounded = (value: number): number => Number(value.toFixed(DIGITS)) + 0
const between = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))

/** The place at shares of the map's width and height, from the top left. Shares outside of the map are those of its edge. */
export function placeAt([across, up]: Axes, fromLeft: number, fromTop: number): Place {
  const at = ({ min, max }: Input, share: number): number => rounded(min + (max - min) * between(share, 0, 1))
  return [at(across, fromLeft), at(up, 1 - fromTop)]
}

/** A place that is moved by shares of the map's sides, within the map. */
export function moved([across, up]: Axes, [x, y]: Place, right: number, upward: number): Place {
  const by = ({ min, max }: Input, value: number, share: number): number =>
    rounded(between(value + (max - min) * share, min, max))
  return [by(across, x, right), by(up, y, upward)]
}

/** The index of the nearest point within reach of a place, or -1. */
export function pointAt(points: readonly Point[], [across, up]: Axes, [x, y]: Place): number {
  let [nearest, least] = [-1, REACH]
  points.forEach((point, i) => {
    const distance = Math.hypot((point[0] - x) / (across.max - across.min), (point[1] - y) / (up.max - up.min))
    if (distance <= least) [nearest, least] = [i, distance]
  })
  return nearest
}

const key = (x: number, y: number, label: number): string => `${x} ${y} ${label}`

/** For each point whether it is a validation row. */
export function validationOf(points: readonly Point[], data: DataSet | null): boolean[] {
  if (data === null) return points.map(() => false)
  const { count, x, y } = data.validation
  const rows = new Set(Array.from({ length: count }, (_, row) => key(x[2 * row], x[2 * row + 1], y[row])))
  return points.map((point) => rows.has(key(...point)))
}

const pointsOf = ({ count, x, y }: Rows): Point[] =>
  Array.from({ length: count }, (_, row) => [rounded(x[2 * row]), rounded(x[2 * row + 1]), y[row]])

/** The rows of a data set as points of one's own; null where they are not two numbers and a class. */
export const ownPoints = (data: DataSet | null): Point[] | null =>
  data === null || data.task !== 'classes' || data.inputs.length !== 2
    ? null
    : [...pointsOf(data.training), ...pointsOf(data.validation)]
