/** The colours of the style sheet, for canvases: they follow the colour scheme. */

export type Rgb = readonly [red: number, green: number, blue: number]

export const colourOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** A colour `#rrggbb` of the style sheet. */
export function rgbOf(name: string): Rgb {
  const value = Number.parseInt(colourOf(name).slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** The colours of the classes, in their order. For a number: those of its smallest and largest value. */
export const CLASS_COLOURS = ['--first', '--second', '--third', '--fourth'] as const

/** share: 0 for `from`, 1 for `to` */
export const mixed = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
]

/** Calls `draw` again when the colour scheme changes. Returns what ends that. */
export function onScheme(draw: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)')
  query.addEventListener('change', draw)
  return () => query.removeEventListener('change', draw)
}
