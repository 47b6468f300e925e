/** Makes charts from values, a title with lines below it, and layers, in the style of all charts. */
import type { TopLevelSpec } from 'vega-lite'
import { CONFIG, toSvg } from './drawing.js'

type LayerSpec = Extract<TopLevelSpec, { layer: unknown }>

export interface Chart extends Pick<LayerSpec, 'encoding' | 'layer' | 'width' | 'height'> {
  readonly title: string
  readonly subtitle: readonly string[]
  readonly values: readonly object[]
}

/** Draws a chart as SVG. */
export function drawChart({ title, subtitle, values, ...spec }: Chart): Promise<string> {
  return toSvg({
    data: { values: [...values] },
    title: {
      text: title,
      subtitle: [...subtitle],
      anchor: 'start',
      frame: 'bounds',
      fontSize: 15,
      subtitleFontSize: 12,
      offset: 18,
    },
    background: 'white',
    padding: 16,
    ...spec,
    config: CONFIG,
  } as LayerSpec)
}

/** A color for each value of a field, with a legend at the bottom. */
export const colorBy = (field: string, domain: string[], range: string[], columns?: number) =>
  ({
    field,
    type: 'nominal',
    sort: domain,
    scale: { domain, range },
    legend: { title: null, orient: 'bottom', labelLimit: 0, offset: 16, ...(columns !== undefined && { columns }) },
  }) as const
