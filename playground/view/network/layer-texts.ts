/** What the table of layers says, as text and numbers. */

/** The smallest gradient that has a bar: its logarithm to base 10. */
const LEAST = -8
/** The most units that are named. */
const MAX_NAMED = 4

/** The length of a gradient's bar, from 0 for 1e-8 or less to 1 for 1 or more, on a logarithmic scale. */
export function gradientShare(gradient: number): number {
  // A NaN has no bar.
  if (!(gradient > 0)) return 0
  return Math.min(1, Math.max(0, 1 - Math.log10(gradient) / LEAST))
}

/** The numbers of units, counted from 1: the first ones, and how many others there are. */
export function namesOf(units: readonly number[]): string {
  if (units.length === 0) return '–'
  const named = units.slice(0, MAX_NAMED).map((unit) => unit + 1)
  const more = units.length - named.length
  return more === 0 ? named.join(', ') : `${named.join(', ')} + ${more}`
}
