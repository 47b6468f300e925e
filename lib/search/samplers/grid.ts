/** Grid search: all combinations of values. */
import { wrongSize } from '../../checks/errors.js'
import { integer } from '../../kernels/option-table.js'
import { scaleOf, valueCount } from '../space/scale.js'
import type { Distribution, Draw, Space } from '../space/trial.js'
import { LARGE_BATCH } from './random.js'
import type { Sampler } from './sampler.js'

/**
 * The values of a parameter on the grid, ascending. Of a range of real numbers `points` values, both ends included, at
 * equal distances or ratios. Of integers all, except on a logarithmic scale: there as of real numbers, rounded, each
 * once.
 */
function gridValues(distribution: Distribution, points: number): (index: number) => number {
  if (distribution.kind === 'choice') return (index) => index
  if (distribution.kind === 'integer' && !isThinned(distribution, points)) {
    const { low, step } = distribution
    return (index) => low + step * index
  }
  const values = thinned(distribution, points)
  return (index) => values[index]
}

const isThinned = (distribution: Distribution, points: number): boolean =>
  distribution.kind === 'integer'
    ? distribution.log && valueCount(distribution) > points
    : distribution.kind !== 'choice'

/** `points` values from low to high. */
function thinned(distribution: Distribution, points: number): number[] {
  if (distribution.kind === 'choice') return []
  const { kind, low, high } = distribution
  if (points === 1) return [scaleOf(distribution)(0.5)]
  // The ends are exact; between them the scale of the ends' real numbers.
  const logarithmic = kind === 'logUniform' || kind === 'integer'
  const between = scaleOf({ kind: logarithmic ? 'logUniform' : 'uniform', low, high })
  const values = Array.from({ length: points }, (_, i) =>
    i === 0 ? low : i === points - 1 ? high : between(i / (points - 1)),
  )
  return [...new Set(kind === 'integer' ? values.map(Math.round) : values)]
}

/** A parameter on the grid, with the parameters that are active where it has its values. */
interface Axis {
  readonly name: string
  readonly value: (index: number) => number
  readonly count: number
  /** By value, of a choice. */
  readonly branches: readonly Grid[]
  /** The points of this parameter and those that depend on it. */
  readonly size: number
}

/** Parameters that are active together. */
interface Grid {
  readonly axes: readonly Axis[]
  readonly size: number
}

function gridOf({ parameters }: Space, points: number): Grid {
  const within = new Map<string, (readonly Axis[])[]>()
  const root: Axis[] = []
  const grid = (axes: readonly Axis[]): Grid => ({ axes, size: axes.reduce((size, axis) => size * axis.size, 1) })
  // From the last: what depends on a choice comes after it.
  for (const { name, distribution, condition } of [...parameters].reverse()) {
    const count = isThinned(distribution, points) ? thinned(distribution, points).length : valueCount(distribution)
    const inner = within.get(name) ?? []
    const branches = inner.length === 0 ? [] : Array.from({ length: count }, (_, i) => grid(inner[i] ?? []))
    const size = branches.length === 0 ? count : branches.reduce((sum, branch) => sum + branch.size, 0)
    const axis: Axis = { name, value: gridValues(distribution, points), count, branches, size }
    if (condition === null) {
      root.unshift(axis)
      continue
    }
    const { parameter, index } = condition
    const outer = within.get(parameter) ?? []
    outer[index] = [axis, ...(outer[index] ?? [])]
    within.set(parameter, outer)
  }
  return grid(root)
}

/** Writes point `index` of a grid: the first parameter changes last. */
function writePoint({ axes, size }: Grid, index: number, draw: Record<string, number>): void {
  let [rest, left] = [size, index]
  for (const axis of axes) {
    rest /= axis.size
    let at = Math.floor(left / rest)
    left -= at * rest
    if (axis.branches.length === 0) {
      draw[axis.name] = axis.value(at)
      continue
    }
    let branch = 0
    while (at >= axis.branches[branch].size) at -= axis.branches[branch++].size
    draw[axis.name] = branch
    writePoint(axis.branches[branch], at, draw)
  }
}

function checkedGrid(space: Space, points: number): Grid {
  const grid = gridOf(space, points)
  if (grid.size <= Number.MAX_SAFE_INTEGER) return grid
  const remedy = 'Search with random or sobol, or choose fewer points.'
  throw wrongSize('at most 2^53 - 1 points', 'the grid of the space', 'more', remedy)
}

export const grid = {
  options: {
    /**
     * The number of values of each uniform and logUniform, and of each integer on a logarithmic scale that has more;
     * from 1. 1: the middle. Default 5.
     */
    points: integer(1, 5, 1_000_000),
  },
  usualBatch: (trials) => Math.min(trials, LARGE_BATCH),
  size: (space, [points]) => checkedGrid(space, points).size,
  draws({ space, first, count }, [points]): Draw[] {
    const all = checkedGrid(space, points)
    if (first + count > all.size) {
      throw wrongSize(`at most ${all.size} trials, the points of the grid,`, 'trials', `${first + count}`)
    }
    return Array.from({ length: count }, (_, i) => {
      const draw: Record<string, number> = {}
      writePoint(all, first + i, draw)
      return draw
    })
  },
} satisfies Sampler
