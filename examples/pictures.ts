/** The pictures that the examples make, as SVG and PNG. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TopLevelSpec } from 'vega-lite'
import { CONFIG, toPng, toSvg } from '../bench/harness/drawing.js'
import { out } from './options.js'

/** Writes a picture to the folder of the results, or to that of `--out`. */
export async function savePicture(name: string, chart: TopLevelSpec): Promise<void> {
  const svg = await toSvg(chart)
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, `${name}.svg`), svg)
  writeFileSync(join(out, `${name}.png`), toPng(svg))
  console.log(`picture: ${join(out, `${name}.png`)}`)
}

type Layers = Extract<TopLevelSpec, { layer: unknown }>['layer']

const chart = (title: string, values: readonly object[], layer: Layers, size = 320): TopLevelSpec => ({
  data: { values: [...values] },
  title: { text: title, anchor: 'start', fontSize: 15, offset: 14 },
  background: 'white',
  padding: 16,
  width: size,
  height: size,
  layer,
  config: CONFIG,
})

/** The loss of each epoch. */
export function lossCurve(title: string, losses: Iterable<number>): TopLevelSpec {
  const values = Array.from(losses, (loss, epoch) => ({ epoch: epoch + 1, loss }))
  const x = { field: 'epoch', type: 'quantitative', axis: { title: 'epoch', tickMinStep: 1, format: 'd' } } as const
  const y = {
    field: 'loss',
    type: 'quantitative',
    scale: { type: 'log' },
    axis: { title: 'loss, logarithmic' },
  } as const
  return chart(title, values, [{ mark: { type: 'line', color: '#2171b5' }, encoding: { x, y } }])
}

/** How often each label (row) was predicted as each label (column), [labels × labels]. */
export function confusionChart(title: string, labels: readonly unknown[], counts: Float64Array): TopLevelSpec {
  const names = labels.map(String)
  const values = names.flatMap((actual, i) =>
    names.map((predicted, j) => ({ actual, predicted, n: counts[i * names.length + j] })),
  )
  const most = Math.max(...counts)
  const x = { field: 'predicted', type: 'nominal', sort: names, axis: { labelAngle: 0 } } as const
  const y = { field: 'actual', type: 'nominal', sort: names } as const
  // The shade follows the square root, so that the few mistakes are visible next to the many hits.
  const scale = { type: 'sqrt', range: ['#f7fbff', '#08519c'] } as const
  const color = { field: 'n', type: 'quantitative', scale, legend: null } as const
  const text = {
    encoding: {
      x,
      y,
      text: { field: 'n', type: 'quantitative' },
      color: { condition: { test: `datum.n > ${most / 3}`, value: 'white' }, value: '#252525' },
    },
  } as const
  return chart(title, values, [
    { mark: 'rect', encoding: { x, y, color } },
    { mark: { type: 'text' }, ...text },
  ])
}

/** True numbers and predicted numbers; on the line they are equal. */
export function scatter(title: string, points: readonly { actual: number; predicted: number }[]): TopLevelSpec {
  const ends = points.flatMap(({ actual, predicted }) => [actual, predicted])
  const domain = [Math.min(...ends), Math.max(...ends)]
  const on = (field: string) => ({ field, type: 'quantitative', scale: { domain, zero: false } }) as const
  const line = { x: { datum: domain[0] }, y: { datum: domain[0] }, x2: { datum: domain[1] }, y2: { datum: domain[1] } }
  return chart(title, points, [
    { data: { values: [{}] }, mark: { type: 'rule', color: '#a3a3a3' }, encoding: line },
    { mark: { type: 'circle', color: '#2171b5', opacity: 0.6 }, encoding: { x: on('actual'), y: on('predicted') } },
  ])
}

/** A point in the plane, of one of two kinds. */
export interface Point {
  readonly x: number
  readonly y: number
  readonly kind: string
}

const STEPS = 12

/** The probability of the second kind over a square, and the points. */
export function boundary(
  title: string,
  [low, high]: readonly [number, number],
  cells: number,
  probability: (points: [x: number, y: number][]) => ArrayLike<number>,
  points: readonly Point[],
): TopLevelSpec {
  const width = (high - low) / cells
  const place = (i: number) => low + i * width
  const middles = Array.from({ length: cells * cells }, (_, i): [number, number] => [
    place((i % cells) + 0.5),
    place(Math.floor(i / cells) + 0.5),
  ])
  const shades = Array.from(probability(middles), (p) => Math.min(STEPS - 1, Math.floor(p * STEPS)) / (STEPS - 1))
  // Neighbours of the same shade in a row become one strip.
  const strips: { x: number; x2: number; y: number; y2: number; shade: number }[] = []
  for (const [i, shade] of shades.entries()) {
    const [column, row] = [i % cells, Math.floor(i / cells)]
    if (column > 0 && shades[i - 1] === shade) strips[strips.length - 1].x2 = place(column + 1)
    else strips.push({ x: place(column), x2: place(column + 1), y: place(row), y2: place(row + 1), shade })
  }
  const scale = { domain: [low, high], nice: false }
  const on = (field: string) => ({ field, type: 'quantitative', scale, axis: { title: null, grid: false } }) as const
  const shade = { domain: [0, 1], range: ['#2171b5', '#f7f7f7', '#e6762b'] }
  const kinds = [...new Set(points.map(({ kind }) => kind))].sort()
  const range = ['#08306b', '#8c3b0a']
  return chart(title, points, [
    {
      data: { values: strips },
      // Slightly longer, so that no seam is visible.
      mark: { type: 'rect', strokeWidth: 0.4 },
      encoding: {
        x: on('x'),
        y: on('y'),
        x2: { field: 'x2' },
        y2: { field: 'y2' },
        color: { field: 'shade', type: 'quantitative', scale: shade, legend: null },
        stroke: { field: 'shade', type: 'quantitative', scale: shade, legend: null },
      },
    },
    {
      mark: { type: 'circle', size: 36, stroke: 'white', strokeWidth: 0.7, opacity: 1 },
      encoding: {
        x: on('x'),
        y: on('y'),
        fill: { field: 'kind', type: 'nominal', scale: { domain: kinds, range }, legend: null },
      },
    },
  ])
}

/** Square maps of numbers from 0 on, [side × side] each, in rows of five: darker where the number is larger. */
export function heatMaps(title: string, maps: readonly Float64Array[], side: number): TopLevelSpec {
  const values = maps.flatMap((map, m) => {
    const most = Math.max(...map)
    return Array.from(map, (value, i) => {
      const x = (m % 5) * (side + 2) + (i % side)
      const y = Math.floor(m / 5) * (side + 2) + Math.floor(i / side)
      return { x, x2: x + 1, y, y2: y + 1, shade: value / most }
    })
  })
  const rows = Math.ceil(maps.length / 5)
  const across = { domain: [0, 5 * (side + 2)] }
  const down = { domain: [0, rows * (side + 2)], reverse: true }
  const x = { field: 'x', type: 'quantitative', axis: null, scale: across } as const
  const y = { field: 'y', type: 'quantitative', axis: null, scale: down } as const
  const range = ['#f7fbff', '#08306b']
  const color = { field: 'shade', type: 'quantitative', scale: { range }, legend: null } as const
  const encoding = { x, x2: { field: 'x2' }, y, y2: { field: 'y2' }, color } as const
  const map = chart(title, values, [{ mark: { type: 'rect', strokeWidth: 0 }, encoding }], 450)
  return { ...map, height: 90 * rows } as TopLevelSpec
}
