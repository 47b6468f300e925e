/**
 * Charts as SVG, rendered to PNG. The font is included, so that a machine without fonts draws the same picture.
 */
import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-js'
import { parse, View } from 'vega'
import { type Config, compile, type TopLevelSpec } from 'vega-lite'

export const FONT = 'DejaVu Sans'
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']

/** The style of every chart. */
export const CONFIG: Config = {
  font: `${FONT}, Verdana, sans-serif`,
  view: { stroke: null },
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', gridColor: '#e5e5e5' },
  legend: { labelFontSize: 12 },
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
