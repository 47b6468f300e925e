import assert from 'node:assert/strict'
import { toHex } from '../../bench/experiment/experiment.js'
import { initialWeights, pcg64 } from '../../bench/experiment/pcg64.js'
import { reference } from '../support/xor-reference.js'

describe("the original's starting weights", () => {
  for (const { seed, initial } of reference.runs) {
    it(`are the same bits for seed ${seed}`, () => {
      assert.deepEqual(toHex(initialWeights(BigInt(seed))), initial)
    })
  }

  it('are numbers in [0, 1) for the smallest and the largest seed', () => {
    for (const seed of [0n, 2n ** 64n - 1n]) {
      const weights = initialWeights(seed)
      assert.equal(weights.length, 9)
      assert.ok(weights.every((weight) => weight >= 0 && weight < 1))
    }
  })

  it('come from a generator of 64-bit numbers, the same for the same seed', () => {
    const [a, b, other] = [pcg64(7n), pcg64(7n), pcg64(8n)]
    const draws = Array.from({ length: 100 }, () => a())
    assert.deepEqual(
      draws,
      Array.from({ length: 100 }, () => b()),
    )
    assert.ok(draws.every((draw) => draw >= 0n && draw < 2n ** 64n))
    assert.ok(draws.some((draw) => draw >= 2n ** 63n))
    assert.notEqual(draws[0], other())
  })
})
