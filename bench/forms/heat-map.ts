/** The heat map of one backend: nanoseconds for each sample and weight, by width and batch. */
import { drawChart } from '../harness/chart.js'
import { number } from '../harness/text.js'
import type { Cell, Jump } from './cells.js'

const STEP = { width: 58, height: 26 }

/** Cells on either side of a jump have a frame. */
export function drawCells(
  cells: readonly Cell[],
  jumps: readonly Jump[],
  subtitle: readonly string[],
): Promise<string> {
  const framed = new Set(jumps.flatMap(({ from, to }) => [from, to]))
  const middle = Math.sqrt(Math.max(...cells.map(({ ns }) => ns)) * Math.min(...cells.map(({ ns }) => ns)))
  const ordinal = (field: string, title: string) =>
    ({
      field,
      type: 'ordinal',
      sort: 'ascending',
      axis: { title, labelAngle: 0, ticks: false, domain: false },
    }) as const
  return drawChart({
    title: `Networks n-n-n-n, ${cells[0].backend}: nanoseconds for each sample and weight`,
    subtitle,
    values: cells.map((cell) => ({
      ...cell,
      label: number(cell.ns),
      dark: cell.ns > middle,
      frame: framed.has(cell),
    })),
    width: { step: STEP.width },
    height: { step: STEP.height },
    encoding: { x: ordinal('batch', 'batch'), y: ordinal('width', 'width n') },
    layer: [
      {
        mark: { type: 'rect', strokeWidth: 2 },
        encoding: {
          color: { field: 'ns', type: 'quantitative', scale: { type: 'log', scheme: 'blues' }, legend: null },
          stroke: { condition: { test: 'datum.frame', value: '#d94801' }, value: null },
        },
      },
      {
        mark: { type: 'text', fontSize: 11 },
        encoding: {
          text: { field: 'label', type: 'nominal' },
          color: { condition: { test: 'datum.dark', value: 'white' }, value: 'black' },
        },
      },
    ],
  })
}
