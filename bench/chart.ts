/**
 * The experiment's chart: three groups (Avg, Max, Min), a bar for each path, the value over each bar, milliseconds on
 * the axis. Drawn once as SVG, from which the PNG is rendered; with a font of its own, so that a machine without any
 * draws the same picture.
 */
import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-js'
import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { BASELINE, type Summary } from './statistics.js'

export const FONT = 'DejaVu Sans'
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']

const GROUPS = { Avg: 'avg', Max: 'max', Min: 'min' } as const

// Violet for the ensemble, blues for the native kernel sets from best to least, one warm colour for TypeScript, greys for the rivals: told apart
// by lightness too, for those who see colours differently.
const ENSEMBLE_COLOR = '#4a1486'
const NATIVE_COLORS = ['#08306b', '#2171b5', '#6baed6', '#9ecae1', '#c6dbef']
const BASELINE_COLOR = '#e6762b'
const RIVAL_COLORS = ['#525252', '#a3a3a3']

const BAR_WIDTH = 38

export function drawChart(summary: readonly Summary[], title: string, subtitle: string[]): Promise<string> {
  return toSvg(chartSpec(summary, title, subtitle))
}

export async function toSvg(chart: TopLevelSpec): Promise<string> {
  const { spec } = compile(chart)
  const view = new View(parse(spec), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  return svg
}

export function toPng(svg: string): Uint8Array {
  const { resolve } = createRequire(import.meta.url)
  const fontFiles = FONT_FILES.map((file) => resolve(`dejavu-fonts-ttf/ttf/${file}`))
  const font = { loadSystemFonts: false, fontFiles, defaultFontFamily: FONT, sansSerifFamily: FONT }
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: 2 }, background: 'white' }).render().asPng()
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
    config: {
      font: `${FONT}, Verdana, sans-serif`,
      view: { stroke: null },
      axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', gridColor: '#e5e5e5' },
      legend: { labelFontSize: 12 },
    },
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
