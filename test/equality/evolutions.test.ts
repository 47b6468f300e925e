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
    'b36bd4ec5ac45c638c32ba7360276bc89818494a309d01f87f92354bd9316aff',
  ],
  ['openaiES', { strategy: 'openaiES' }, '6dbc17d2cd7497b03401e8c739b54bcbac2723c7932fc43676b426552cb41303'],
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
