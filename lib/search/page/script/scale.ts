/** From values to places on an axis, and the labels of an axis. */
import type { NumberAxis, PageParameter } from '../parts/page-data.js'

export interface Tick {
  readonly value: number
  readonly label: string
}

export interface Scale {
  /** The place of a value: 0 the beginning of the axis, 1 the end. Values outside are at its ends. */
  at(value: number): number
  /** The marks of the axis, about `count`. */
  ticks(count: number): readonly Tick[]
  /** The text of a value. */
  text(value: number): string
  readonly isChoice: boolean
}

/** Four digits; very large and small numbers with an exponent. */
export function shown(value: number): string {
  const size = Math.abs(value)
  const rounded = Number(value.toPrecision(4))
  return size >= 1e6 || (size < 1e-4 && size > 0) ? rounded.toExponential().replace('e+', 'e') : String(rounded)
}

export const scaleOf = (axis: PageParameter['axis']): Scale =>
  'labels' in axis ? choiceScale(axis.labels) : numberScale(axis)

export function numberScale({ low, high, isLog }: NumberAxis): Scale {
  const scaled = isLog ? Math.log : (value: number) => value
  const [start, end] = [scaled(low), scaled(high)]
  return {
    at: (value) => {
      const place = end > start ? (scaled(value) - start) / (end - start) : 0.5
      return Math.min(Math.max(place, 0), 1)
    },
    ticks: (count) =>
      (isLog ? logTicks(low, high, count) : linearTicks(low, high, count)).map((value) => ({
        value,
        label: shown(value),
      })),
    text: shown,
    isChoice: false,
  }
}

/** Multiples of 1, 2 or 5 times a power of ten. */
function linearTicks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low]
  const rough = (high - low) / Math.max(count, 1)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10)
  const ticks: number[] = []
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9 && ticks.length < 100; i++) {
    ticks.push(Number((i * step).toPrecision(12)))
  }
  return ticks
}

/** Powers of ten; where these are too few, 2 and 5 times these, or linear ones. */
function logTicks(low: number, high: number, count: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))]
  const every = Math.max(1, Math.ceil((last - first) / Math.max(count, 1)))
  const within = (factors: readonly number[]) => {
    const ticks: number[] = []
    for (let power = first; power <= last; power += every) {
      for (const factor of factors) ticks.push(Number(`${factor}e${power}`))
    }
    return ticks.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
  }
  const powers = within([1])
  if (powers.length >= 3 || every > 1) return powers
  const more = within([1, 2, 5])
  return more.length >= 2 ? more : linearTicks(low, high, count)
}

/** Places at equal distances, half of one from the ends. */
function choiceScale(labels: readonly string[]): Scale {
  const at = (value: number) => (value + 0.5) / labels.length
  return {
    at,
    ticks: (count) => {
      const every = Math.max(1, Math.ceil(labels.length / Math.max(count, 1)))
      return labels.map((label, value) => ({ value, label })).filter(({ value }) => value % every === 0)
    },
    text: (value) => labels[value] ?? '',
    isChoice: true,
  }
}
