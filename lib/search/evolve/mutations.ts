/** The table of mutations: how a child differs from its parents. */
import { type Choice, Registry } from '../../checks/registry.js'
import type { ForeignNames } from '../../checks/validate.js'
import { type Configurable, nonNegative, positive } from '../../kernels/option-table.js'
import type { Random } from '../../kernels/random.js'
import { type GeneRange, normal } from './genes.js'

export interface Mutation extends Configurable {
  /**
   * Changes the parameters of a child.
   * @param factor what decays from generation to generation: 1 for the first
   */
  mutate(child: Float64Array, genes: readonly GeneRange[], factor: number, random: Random, options: Float64Array): void
  /** The ratio of `factor` between a generation and the one before. */
  decay(options: Float64Array): number
}

/** Adds a normal deviate of mean 0 to some parameters. A sum that is not finite is not used. */
const gaussian = {
  options: {
    /** The standard deviation in the first generation, above 0. Default 0.1. */
    scale: positive(0.1),
    /** The probability of each parameter to change, from 0 to 1. Default 1. */
    rate: nonNegative(1),
    /** The factor of `scale` from one generation to the next, above 0 and at most 1. Default 1. */
    decay: positive(1),
  },
  conflict([, rate, decay]) {
    if (rate > 1) return { option: 'rate', expected: 'a number from 0 to 1', remedy: 'It is a probability.' }
    const remedy = 'It makes mutations smaller.'
    return decay > 1 ? { option: 'decay', expected: 'a number above 0 and at most 1', remedy } : null
  },
  mutate(child, genes, factor, random, [scale, rate]) {
    for (const { from, end } of genes) {
      for (let j = from; j < end; j++) {
        if (rate < 1 && random.uniform() >= rate) continue
        const changed = child[j] + scale * factor * normal(random)
        if (Number.isFinite(changed)) child[j] = changed
      }
    }
  },
  decay: ([, , decay]) => decay,
} satisfies Mutation

/** By name. */
export const mutations = { gaussian }

/** A mutation's name, or its name with options: `{ name: 'gaussian', scale: 0.05 }`. */
export type MutationOption = keyof typeof mutations | Choice<typeof mutations>

const FOREIGN: ForeignNames = { normal: ['gaussian'], gaussianmutation: ['gaussian'] }

export const mutationRegistry = new Registry<Mutation>(mutations, 'the name of a mutation', { foreign: FOREIGN })
