/** Evolutions: the same bits on every backend. */
import assert from 'node:assert/strict'
import { type EvolveOptions, evolve } from 'lockstep-nn/search'
import { ensembleOf, xorFitness } from '../support/evolutions.js'
import { paths } from '../support/paths.js'
import { rowTests } from '../support/rows.js'

const CASES: readonly [name: string, options: Partial<EvolveOptions>, digest: string][] = [
  [
    'genetic',
    { crossover: 'onePoint', mutation: { name: 'gaussian', rate: 0.5, decay: 0.9 } },
    'fab29d1a46fcb4dd0fd257901b3fb462bd12946559bcb98706706371583e6ad5',
  ],
  ['openaiES', { strategy: 'openaiES' }, 'f84dcd384a439c291f64d6b1d739a2850d506386bc689c452faccc8b9a1ae4b1'],
]

describe('an evolution', () => {
  const row = rowTests()
  for (const [name, options, digest] of CASES) {
    for (const backend of paths) {
      row('has these bits on every backend', `${name} on ${backend}`, async () => {
        const evolution = await evolve(ensembleOf(11), {
          fitness: xorFitness,
          generations: 12,
          seed: 2 ** 40 + 7,
          backend,
          ...options,
        })
        assert.equal(evolution.digest(), digest)
      })
    }
  }
})
