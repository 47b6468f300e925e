/** The numbers of an axis. */

/** The most numbers of an axis. */
const MAX_TICKS = 5

/** Multiples of 1, 2 or 5 times a power of ten between two bounds, in ascending order, at most five. */
export function ticksOf(min: number, max: number): number[] {
  const span = max - min
  if (!(span > 0 && span < Infinity)) return []
  const power = 10 ** Math.floor(Math.log10(span / MAX_TICKS))
  const factor = [1, 2, 5, 10, 20].find(
    (one) => Math.floor(max / (one * power)) - Math.ceil(min / (one * power)) < MAX_TICKS,
  )
  const step = (factor ?? 20) * power
  const first = Math.ceil(min / step)
  const count = Math.floor(max / step) - first + 1
  // A sum with 0 is 0 also for -0.
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)) + 0)
}

/** A number of an axis, with a minus sign of the width of a digit. */
export const tickText = (value: number): string =>
  (Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(0)
    : String(Number(value.toPrecision(4)))
  ).replaceAll('-', '−')
