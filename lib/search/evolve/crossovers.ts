/** The table of crossovers: what a child has of which parent. */
import { type Choice, Registry } from '../../checks/registry.js'
import type { ForeignNames } from '../../checks/validate.js'
import { type Configurable, nonNegative } from '../../kernels/option-table.js'
import type { Random } from '../../kernels/random.js'
import type { GeneRange } from './genes.js'

export interface Crossover extends Configurable {
  /** The probability that a child has two parents. */
  rate(options: Float64Array): number
  /**
   * Replaces parameters of a child, which has those of the first parent, by those of the second.
   * @param layers the parameters that training changes, by layer
   */
  cross(child: Float64Array, second: Float64Array, layers: readonly (readonly GeneRange[])[], random: Random): void
}

const options = {
  /** The probability that a child has two parents, from 0 to 1; others have one. Default 0.5. */
  rate: nonNegative(0.5),
}

/** Where rate is above 1. */
const conflict = ([rate]: Float64Array) =>
  rate > 1 ? { option: 'rate', expected: 'a number from 0 to 1', remedy: 'It is a probability.' } : null

const copy = (child: Float64Array, second: Float64Array, { from, end }: GeneRange): void => {
  for (let j = from; j < end; j++) child[j] = second[j]
}

/** Children have one parent. */
const none = { options: {}, rate: () => 0, cross() {} } satisfies Crossover

/** Each parameter is that of either parent, with equal probability. */
const uniform = {
  options,
  conflict,
  rate: ([rate]) => rate,
  cross(child, second, layers, random) {
    for (const layer of layers) {
      for (const { from, end } of layer) {
        for (let j = from; j < end; j++) if (random.next() >= 2 ** 31) child[j] = second[j]
      }
    }
  },
} satisfies Crossover

/** The layers before a drawn point are those of the first parent, the others those of the second. */
const onePoint = {
  options,
  conflict,
  rate: ([rate]) => rate,
  cross(child, second, layers, random) {
    const point = 1 + Math.floor(random.uniform() * (layers.length - 1))
    for (const layer of layers.slice(point)) for (const range of layer) copy(child, second, range)
  },
} satisfies Crossover

/** By name. */
export const crossovers = { none, uniform, onePoint }

/** A crossover's name, or its name with options: `{ name: 'uniform', rate: 0.8 }`. */
export type CrossoverOption = keyof typeof crossovers | Choice<typeof crossovers>

const FOREIGN: ForeignNames = { singlepoint: ['onePoint'], uniformcrossover: ['uniform'] }

export const crossoverRegistry = new Registry<Crossover>(crossovers, 'the name of a crossover', { foreign: FOREIGN })
