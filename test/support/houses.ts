/** A drawn table of houses, whose prices, visits and states depend on area and town, with noise. */
import { exp } from '#lib/kernels/exp.js'
import { uniform } from './values.js'

export interface House {
  readonly area: number
  readonly town: string
  /** Above 0; its logarithm is linear in the area, with noise. */
  readonly price: number
  /** A count. */
  readonly visits: number
  /** One of STATES, from the lowest to the highest. */
  readonly state: string
  readonly sold: boolean
  readonly weight: number
}

export const STATES = ['poor', 'fair', 'good']

const TOWNS = ['east', 'north', 'west']

export function houses(rows: number, seed: number): House[] {
  const draw = uniform(seed)
  return Array.from({ length: rows }, () => {
    const area = 40 + Math.floor(160 * draw())
    const town = Math.floor(3 * draw())
    // Nearly normal: the sum of some uniform numbers.
    const noise = draw() + draw() + draw() + draw() - 2
    const level = area / 100 + town / 2 + noise / 4
    return {
      area,
      town: TOWNS[town],
      price: 1000 * exp(0.7 * level),
      visits: Math.floor(level * 4 * draw()),
      state: STATES[level < 1.2 ? 0 : level < 2 ? 1 : 2],
      sold: level + noise / 4 > 1.6,
      weight: 1 + Math.floor(3 * draw()),
    }
  })
}

/** The columns that the others depend on. */
export const INPUTS = ['area', 'town']
