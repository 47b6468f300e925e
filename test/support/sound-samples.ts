/** The drawn samples of sound set-ups: normal columns, pictures, tables of categories, waves. */
import type { FitOptions } from 'lockstep-nn'
import { normalRows, numbers, type SetUp } from './set-ups.js'

/** A set-up, and the options of a fit that learns it. */
export interface SoundSetUp {
  readonly make: () => SetUp
  readonly fit: FitOptions
}

export const x = normalRows(400, 4)
export const FIT: FitOptions = { epochs: 40 }

export const wide = normalRows(150, 200, 9)
export const many = normalRows(500, 4, 10)
export const stores = Array.from({ length: 500 }, (_, i) => [(i * 7) % 12, ...many[i].slice(0, 3)])

/** Digits of 8 × 8 pixels from 0 to 1, whose border is 0: a bright stroke at a place of its class. */
export function pixels(rows: number): { x: number[][]; y: number[] } {
  const { below, uniform } = numbers(5)
  const y = Array.from({ length: rows }, (_, i) => i % 10)
  const images = y.map((digit) => {
    const image = new Array<number>(64).fill(0)
    const shift = below(2)
    for (let k = 0; k < 12; k++) {
      const [r, c] = [1 + ((digit * 5 + k * (digit + 1)) % 6), 1 + ((digit * 3 + k) % 5) + shift]
      image[8 * r + Math.min(c, 6)] = 0.5 + 0.5 * uniform()
    }
    return image
  })
  return { x: images, y }
}

/** A table of few categories, one-hot, as of passengers: sex, three classes, four ports; many rows are equal. */
export function passengers(rows: number): { x: number[][]; y: number[] } {
  const { below, uniform } = numbers(6)
  const drawn = Array.from({ length: rows }, () => ({
    sex: below(2),
    cabin: below(3),
    port: below(4),
    luck: uniform(),
  }))
  return {
    x: drawn.map(({ sex, cabin, port }) => [
      sex,
      1 - sex,
      ...[0, 1, 2].map((one) => Number(one === cabin)),
      ...[0, 1, 2, 3].map((one) => Number(one === port)),
    ]),
    y: drawn.map(({ sex, cabin, luck }) => Number(luck < 0.15 + 0.55 * sex + 0.1 * cabin)),
  }
}

/** The next value of a noisy wave after six. */
export function waves(rows: number): { x: number[][]; y: number[] } {
  const { normal } = numbers(8)
  const series: number[] = [0.1, 0.5]
  while (series.length < rows + 6)
    series.push(1.8 * series[series.length - 1] - 0.95 * series[series.length - 2] + 0.1 * normal())
  const samples = Array.from({ length: rows }, (_, i) => series.slice(i, i + 6))
  return { x: samples, y: series.slice(6, rows + 6) }
}
