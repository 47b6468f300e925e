/** The experiment's chart: three groups (Avg, Max, Min), a bar for each backend or rival with its milliseconds above it. */
import { colorBy, drawChart } from '../harness/chart.js'
import { BASELINE, type Summary } from './summary.js'

const GROUPS = { Avg: 'avg', Max: 'max', Min: 'min' } as const

// Violet for the ensemble, blues for the native kernel sets from best to least, one warm colour for TypeScript, greys for the rivals.
// They differ in lightness too, for colour-blind readers.
const ENSEMBLE_COLOR = '#4a1486'
const NATIVE_COLORS = ['#08306b', '#2171b5', '#6baed6', '#9ecae1', '#c6dbef']
const BASELINE_COLOR = '#e6762b'
const RIVAL_COLORS = ['#3f3f3f', '#7a7a7a', '#b8b8b8']

const BAR_WIDTH = 38

export function drawSummary(summary: readonly Summary[], title: string, subtitle: readonly string[]): Promise<string> {
  const names = summary.map((row) => row.name)
  const groups = Object.keys(GROUPS)
  return drawChart({
    title,
    subtitle,
    values: Object.entries(GROUPS).flatMap(([group, key]) =>
      summary.map((row) => ({ group, path: row.name, ms: row[key] })),
    ),
    width: Math.max(640, groups.length * (names.length + 0.6) * BAR_WIDTH),
    height: 340,
    encoding: {
      x: {
        field: 'group',
        type: 'nominal',
        sort: groups,
        axis: { title: null, labelAngle: 0, ticks: false, labelFontSize: 14, labelPadding: 8 },
      },
      xOffset: { field: 'path', type: 'nominal', sort: names },
      y: { field: 'ms', type: 'quantitative', axis: { title: 'milliseconds for one training', tickCount: 6 } },
    },
    layer: [
      { mark: { type: 'bar' }, encoding: { color: colorBy('path', names, colors(names), 4) } },
      {
        mark: { type: 'text', baseline: 'bottom', dy: -3, fontSize: 11 },
        encoding: { text: { field: 'ms', type: 'quantitative', format: ',.3r' } },
      },
    ],
  })
}

function colors(names: readonly string[]): string[] {
  const native = [...NATIVE_COLORS]
  const rivals = [...RIVAL_COLORS]
  return names.map((name) => {
    if (name === BASELINE) return BASELINE_COLOR
    if (name.startsWith('ensemble')) return ENSEMBLE_COLOR
    return (name.startsWith('native/') ? native.shift() : rivals.shift()) ?? '#000000'
  })
}
