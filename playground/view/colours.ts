/** The colours of the style sheet, for canvases: they follow the colour scheme. */

export type Rgb = readonly [red: number, green: number, blue: number]

/** The values that were read from the style sheet, and the ramps of them, until the scheme changes. */
const read = new Map<string, string>()
const ramps = new Map<string, Uint32Array>()
const scheme = matchMedia('(prefers-color-scheme: dark)')
scheme.addEventListener('change', () => {
  read.clear()
  ramps.clear()
})

export function colourOf(name: string): string {
  let value = read.get(name)
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(name).trim()
    read.set(name, value)
  }
  return value
}

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

export const cssOf = (colour: Rgb): string => `rgb(${colour.map(Math.round)})`

/** The number of colours of a ramp. */
export const STEPS = 256
/** The share of a class's colour where a map is certain: the rows over it have all of the colour. */
export const STRENGTH = 0.6

/** A pixel of an image as one number: red in the lowest byte, as processors with little-endian words store it. */
const pixelOf = ([red, green, blue]: Rgb): number =>
  ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0

/** The pixels from one colour to another one, or to the background and on to another one, each of the style sheet. */
export function rampOf(...names: readonly string[]): Uint32Array {
  const key = names.join()
  let ramp = ramps.get(key)
  if (ramp === undefined) {
    const none = rgbOf('--plain')
    const colours = names.map((name) => mixed(none, rgbOf(name), name === '--plain' ? 1 : STRENGTH))
    const parts = colours.length - 1
    ramp = Uint32Array.from({ length: STEPS }, (_, step) => {
      const place = (step / (STEPS - 1)) * parts
      const part = Math.min(Math.floor(place), parts - 1)
      return pixelOf(mixed(colours[part], colours[part + 1], place - part))
    })
    ramps.set(key, ramp)
  }
  return ramp
}

/** The pixel of a ramp at a share from 0 to 1; others, and NaN, have the colour of the nearer end. */
export const pixelAt = (ramp: Uint32Array, share: number): number =>
  ramp[share > 0 ? Math.round((share < 1 ? share : 1) * (STEPS - 1)) : 0]

/** Calls `draw` again when the colour scheme changes. Returns what ends that. */
export function onScheme(draw: () => void): () => void {
  scheme.addEventListener('change', draw)
  return () => scheme.removeEventListener('change', draw)
}
