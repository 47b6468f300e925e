/** Single rows by several networks in turns, each row checked against the first prediction of the same row. */
import assert from 'node:assert/strict'
import { Network } from 'lockstep-nn'

const TIMES = 2000

/** Predicts with networks that depend on the seed. Returns their outputs, one network after the other. */
export function predictSingleRows(seed: number, backend = 'auto'): Float64Array[] {
  const all = Array.from({ length: 4 }, (_, i) => {
    const inputs = 3 + i
    const network = new Network({ inputs, layers: [{ units: 9 + seed, activation: 'tanh' }, { units: 2 }], seed })
    const x = Float64Array.from({ length: inputs }, (_, k) => Math.sin(seed + k))
    const output = new Float64Array(2)
    return { predict: () => network.predict(x, { backend, output }), output }
  })
  const expected = all.map(({ predict }) => predict().slice())
  for (let time = 0; time < TIMES; time++) {
    all.forEach(({ predict }, i) => {
      const [first, second] = predict()
      assert.ok(first === expected[i][0] && second === expected[i][1])
    })
  }
  return expected
}
