/** The experiment's chart: three groups (Avg, Max, Min), a bar for each path, the value over each bar, milliseconds on the axis. */
import type { TopLevelSpec } from 'vega-lite'
import { CONFIG, toSvg } from './drawing.js'
import { BASELINE, type Summary } from './statistics.js'

const GROUPS = { Avg: 'avg', Max: 'max', Min: 'min' } as const

// Violet for the ensemble, blues for the native kernel sets from best to least, one warm colour for TypeScript, greys for the rivals: told apart
// by lightness too, for those who see colours differently.
const ENSEMBLE_COLOR = '#4a1486'
const NATIVE_COLORS = ['#08306b', '#2171b5', '#6baed6', '#9ecae1', '#c6dbef']
const BASELINE_COLOR = '#e6762b'
const RIVAL_COLORS = ['#3f3f3f', '#7a7a7a', '#b8b8b8']

const BAR_WIDTH = 38

export function drawChart(summary: readonly Summary[], title: string, subtitle: string[]): Promise<string> {
  return toSvg(chartSpec(summary, title, subtitle))
}

function chartSpec(summary: readonly Summary[], title: string, subtitle: string[]): TopLevelSpec {
  const names = summary.map((row) => row.name)
  const values = Object.entries(GROUPS).flatMap(([group, key]) =>
    summary.map((row) => ({ group, path: row.name, ms: row[key] })),
  )
  return {
    data: { values },
    title: { text: title, subtitle, anchor: 'start', fontSize: 15, subtitleFontSize: 12, offset: 18 },
    background: 'white',
    padding: 16,
    width: Math.max(640, Object.keys(GROUPS).length * (names.length + 0.6) * BAR_WIDTH),
    height: 340,
    encoding: {
      x: {
        field: 'group',
        type: 'nominal',
        sort: Object.keys(GROUPS),
        axis: { title: null, labelAngle: 0, ticks: false, labelFontSize: 14, labelPadding: 8 },
      },
      xOffset: { field: 'path', type: 'nominal', sort: names },
      y: { field: 'ms', type: 'quantitative', axis: { title: 'milliseconds for one training', tickCount: 6 } },
    },
    layer: [
      {
        mark: { type: 'bar' },
        encoding: {
          color: {
            field: 'path',
            type: 'nominal',
            sort: names,
            scale: { domain: names, range: colors(names) },
            legend: { title: null, orient: 'bottom', columns: 4, labelLimit: 0, offset: 16 },
          },
        },
      },
      {
        mark: { type: 'text', baseline: 'bottom', dy: -3, fontSize: 11 },
        encoding: { text: { field: 'ms', type: 'quantitative', format: ',.3r' } },
      },
    ],
    config: CONFIG,
  }
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
