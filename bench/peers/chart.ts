/** The chart of one workload: a bar for each peer on a logarithmic axis, with the time and its multiple of the library's. */
import { colorBy, drawChart } from '../harness/chart.js'
import { many, number } from '../harness/text.js'
import { unitText } from './format.js'
import type { Row, WorkloadReport } from './summary.js'

// They differ in lightness too, for colour-blind readers.
const GROUPS = { 'this library': '#2171b5', 'C, C++, Rust': '#2b8c7e', Python: '#e6a13c', JavaScript: '#b5b5b5' }
type Group = keyof typeof GROUPS

const ROW_HEIGHT = 24

function groupOf({ library, language }: Row): Group {
  if (library) return 'this library'
  return language === 'Python' || language === 'JavaScript' ? language : 'C, C++, Rust'
}

function labelOf({ median, times, scaled, epochs }: Row): string {
  const multiple = times === null ? '' : ` (× ${number(times)})`
  return `${number(median)}${multiple}${scaled ? `, from ${many(epochs, 'epoch')}` : ''}`
}

/** Powers of ten, and 2 and 5 times these where the axis stays readable. */
function ticks([least, most]: number[]): number[] {
  const factors = most / least < 2000 ? [1, 2, 5] : [1]
  const powers = Array.from({ length: 20 }, (_, i) => 10 ** (i - 8))
  return powers
    .flatMap((power) => factors.map((factor) => factor * power))
    .filter((tick) => tick > least && tick < most)
}

export function drawReport(report: WorkloadReport, subtitle: readonly string[]): Promise<string> {
  const values = report.rows.map((row) => ({
    peer: row.float === 32 && !row.name.includes('32') ? `${row.name} (float32)` : row.name,
    group: groupOf(row),
    ms: row.median,
    min: row.min,
    max: row.max,
    label: labelOf(row),
  }))
  const names = values.map(({ peer }) => peer)
  const groups = (Object.keys(GROUPS) as Group[]).filter((group) => values.some((value) => value.group === group))
  // A logarithmic axis has no zero: bars begin below the smallest value, and labels need space above the largest.
  const domain = [Math.min(...values.map(({ min }) => min)) / 2, Math.max(...values.map(({ max }) => max)) * 1.2]
  const x = { type: 'quantitative', scale: { type: 'log', domain, nice: false } } as const
  const y = { field: 'peer', type: 'nominal', sort: names } as const
  return drawChart({
    title: `${report.name}, ${unitText(report)}`,
    subtitle,
    values,
    width: 640,
    height: { step: ROW_HEIGHT },
    layer: [
      {
        mark: { type: 'bar', height: { band: 0.72 } },
        encoding: {
          y: { ...y, axis: { title: null, ticks: false, domain: false, labelLimit: 0, labelPadding: 8 } },
          x: {
            ...x,
            field: 'ms',
            axis: { title: `${unitText(report)}, logarithmic`, format: ',', values: ticks(domain) },
          },
          x2: { datum: domain[0] },
          color: colorBy(
            'group',
            groups,
            groups.map((group) => GROUPS[group]),
          ),
        },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.5, color: '#000000' },
        encoding: { y, x: { ...x, field: 'min' }, x2: { field: 'max' } },
      },
      {
        mark: { type: 'text', align: 'left', dx: 6, fontSize: 11 },
        encoding: { y, x: { ...x, field: 'max' }, text: { field: 'label', type: 'nominal' } },
      },
    ],
  })
}
