/** Ensembles: every member ends in the same bits as the network that trains alone. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DivergenceError, Ensemble, Trainer } from 'lockstep-nn'
import { sameBits } from '../support/bits.js'
import { type Case, dataOf, isDense } from '../support/case.js'
import { drawCount, leastCount } from '../support/drawn.js'
import {
  aloneOutcomes,
  type EnsembleCase,
  ensembleCases,
  type MemberOutcome,
  sameMembers,
  togetherOutcomes,
} from '../support/ensembles.js'
import { nativePaths, paths } from '../support/paths.js'
import type { Method } from '../support/run.js'
import { lossesFor } from '../support/tables.js'

const METHODS: readonly Method[] = ['fitSync', 'fit']

/** Trains an ensemble on every backend, synchronously and asynchronously; returns each member trained alone. */
async function everyPathAgrees(drawn: EnsembleCase): Promise<MemberOutcome[]> {
  const data = dataOf(drawn.common)
  const before = { x: data.x.slice(), y: data.y.slice() }
  const expected = aloneOutcomes(drawn, data)
  for (const path of paths) {
    for (const method of METHODS) {
      sameMembers(await togetherOutcomes(drawn, data, path, method), expected, `${path},${method}`)
    }
  }
  sameBits(data.x, before.x, 'x after all trainings')
  sameBits(data.y, before.y, 'y after all trainings')
  return expected
}

const DRAWN = drawCount(300)

describe('an ensemble trains each member as it would alone', () => {
  it('compares with native backends', () => {
    assert.notEqual(nativePaths.length, 0, 'no kernel set runs here: run npm run build')
  })

  it(`in ${DRAWN} drawn ensembles`, async function () {
    this.timeout(300_000)
    const counts = { diverged: 0, finished: 0, mixed: 0, small: 0, ownShuffles: 0, ownOptions: 0, special: 0 }
    const sizes = new Set<number>()
    const property = fc.asyncProperty(ensembleCases, async (drawn) => {
      const members = await everyPathAgrees(drawn)
      const diverged = members.filter(({ result }) => result instanceof DivergenceError).length
      const { inputs, layers } = drawn.common
      sizes.add(members.length)
      counts.diverged += diverged
      counts.finished += members.length - diverged
      if (diverged > 0 && diverged < members.length) counts.mixed++
      if (isDense({ layers }) && inputs === 2 && layers.map(({ units }) => units).join() === '2,1') counts.small++
      if (!isDense({ layers })) counts.special++
      if (typeof drawn.fitSeed !== 'number' && drawn.common.fit.shuffle) counts.ownShuffles++
      if (typeof drawn.optimizer === 'object' && Object.values(drawn.optimizer).some(Array.isArray)) counts.ownOptions++
    })
    await fc.assert(property, { numRuns: DRAWN })
    const { diverged, finished, mixed, small, ownShuffles, ownOptions, special } = counts
    const enough = [
      special >= leastCount(30),
      diverged >= leastCount(100),
      finished >= leastCount(1000),
      mixed >= leastCount(5),
      small >= leastCount(20),
      ownShuffles >= leastCount(20),
      ownOptions >= leastCount(50),
    ]
    assert.ok(!enough.includes(false) && sizes.size >= leastCount(20), `${JSON.stringify(counts)}, ${sizes.size} sizes`)
  })

  const common: Case = {
    inputs: 2,
    layers: [
      { units: 2, activation: 'sigmoid' },
      { units: 1, activation: 'sigmoid' },
    ],
    start: { seed: 0 },
    loss: 'halfSquaredError',
    optimizer: 'sgd',
    rows: 7,
    x: { style: 'sensible', seed: 1, odd: [] },
    y: { style: 'sensible', seed: 2, odd: [] },
    form: 'flat',
    threads: 2,
    fit: { epochs: 3, batchSize: 3, shuffle: true, seed: 5 },
  }
  const membersOf = (count: number): number[] => Array.from({ length: count }, (_, i) => 7 * i)

  it('with every number of members from 1 to 40', async () => {
    for (let count = 1; count <= 40; count++) {
      const learningRate = membersOf(count).map((seed) => 0.01 * (1 + seed))
      for (const fitSeed of [3, membersOf(count)]) {
        await everyPathAgrees({
          common: { ...common, threads: 1 + (count % 3) },
          seeds: membersOf(count),
          fitSeed,
          optimizer: { name: 'sgd', learningRate, momentum: 0.5 },
        })
      }
    }
  })

  it('where one of 17 diverges, early or late', async () => {
    // A linear layer, so that errors grow by the same factor each step: the larger it is, the sooner they overflow.
    const layers = [{ units: 2 }]
    const epochs = new Set<number>()
    for (let broken = 0; broken < 17; broken++) {
      const learningRate = membersOf(17).map((_, i) => (i === broken ? 10 ** (1 + broken) : 0.01))
      const members = await everyPathAgrees({
        common: { ...common, layers, fit: { ...common.fit, epochs: 200 } },
        seeds: membersOf(17),
        fitSeed: membersOf(17),
        optimizer: { name: 'sgd', learningRate, momentum: 0.5 },
      })
      for (const [i, { result }] of members.entries()) {
        assert.equal(result instanceof DivergenceError, i === broken, `member ${i}`)
        if (result instanceof DivergenceError) epochs.add(result.epoch)
      }
    }
    assert.ok(epochs.size >= 10, `epochs ${[...epochs]}`)
  })

  it('where members are too large to share the lanes', async function () {
    this.timeout(120_000)
    await everyPathAgrees({
      common: {
        ...common,
        inputs: 200,
        layers: [
          { units: 200, activation: 'tanh' },
          { units: 10, activation: 'softmax' },
        ],
        loss: lossesFor('softmax')[lossesFor('softmax').length - 1],
        fit: { ...common.fit, epochs: 1 },
      },
      seeds: [1, 2, 3],
      fitSeed: [4, 5, 6],
      optimizer: { name: 'adam', beta1: [0.5, 0.9, 0.8] },
    })
  })

  it('to the same bits with any number of threads', () => {
    const { x, y } = dataOf(common)
    const digests = (backend: string, threads: number | 'auto'): string[] => {
      const ensemble = new Ensemble({ inputs: 2, layers: common.layers, seeds: membersOf(37) })
      const trainer = new Trainer(ensemble, { loss: 'halfSquaredError', optimizer: 'adam', backend, threads })
      trainer.fitSync(x, y, { epochs: 20 })
      return ensemble.members.map((member) => member.digest())
    }
    const expected = digests('typescript', 1)
    assert.equal(new Set(expected).size, 37)
    for (const path of paths) {
      for (const threads of [1, 2, 3, 7, 64, 1024, 'auto'] as const) {
        assert.deepEqual(digests(path, threads), expected, `${path} on ${threads} threads`)
      }
    }
  })
})
