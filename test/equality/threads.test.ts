/** One network on several threads: the same bits as on one, and as in TypeScript. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DivergenceError, type LayerOption, Network, type OptimizerOption, Trainer } from 'lockstep-nn'
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { encodePlan } from '#lib/backend/encode.js'
import { cases } from '../support/arbitraries.js'
import { sameBits } from '../support/bits.js'
import { type Case, dataOf } from '../support/case.js'
import { drawCount } from '../support/drawn.js'
import { jobOf } from '../support/job.js'
import { compiledPaths, nativePaths, paths } from '../support/paths.js'
import { rowTests } from '../support/rows.js'
import { run, sameOutcome } from '../support/run.js'
import { optimizerNames } from '../support/tables.js'
import { setOf, usableThreads } from '../support/threads.js'

const addon = loadAddon() as Addon

const base: Case = {
  inputs: 5,
  layers: [{ units: 33, activation: 'tanh' }, { units: 2 }],
  start: { seed: 4 },
  loss: 'meanSquaredError',
  optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9 },
  rows: 65,
  x: { style: 'sensible', seed: 1, odd: [] },
  y: { style: 'sensible', seed: 2, odd: [] },
  form: 'flat',
  threads: 1,
  fit: { epochs: 2, batchSize: 32, shuffle: true, seed: 9 },
}

/** Hidden layers of these units, and a last one, with a loss of its own where it is softmax. */
function stack(units: readonly number[], softmax: boolean): Pick<Case, 'layers' | 'loss'> {
  const layers = units.map((count): LayerOption => ({ units: count, activation: 'tanh' }))
  if (!softmax) return { layers, loss: 'meanSquaredError' }
  layers[layers.length - 1] = { units: units[units.length - 1], activation: 'softmax' }
  return { layers, loss: 'categoricalCrossentropy' }
}

/** Trains a case on every native backend with this number of threads, and compares it with TypeScript. */
async function agrees(drawn: Case, threads: readonly number[]): Promise<void> {
  const data = dataOf(drawn)
  const expected = await run(drawn, data, 'typescript', 'fitSync')
  for (const path of compiledPaths) {
    for (const count of threads) {
      const actual = await run({ ...drawn, threads: count }, data, path, count % 2 === 0 ? 'fit' : 'fitSync')
      const units = drawn.layers.map((layer) => layer.units).join('-')
      const { rows, fit } = drawn
      sameOutcome(actual, expected, `${path}, threads: ${count}, ${units}, ${rows} rows in batches of ${fit.batchSize}`)
    }
  }
}

describe('a network with layers of many units ends in the same bits', () => {
  const row = rowTests()
  const ROWS = [1, 2, 3, 7, 8, 9, 63, 64, 65, 131]
  const THREADS = [2, 3, 5, 8]
  const OPTIMIZERS: readonly OptimizerOption[] = [
    base.optimizer,
    'adam',
    { name: 'sgd', momentum: 0.5, nesterov: true },
  ]

  let turn = 0
  for (const units of [17, 31, 33, 63, 65, 70]) {
    for (const hidden of [[], [units], [3, units], [units, 33, 5]]) {
      const last = [[units], [3], [20], [units]][hidden.length]
      const all = [...hidden, ...last]
      row('on several threads', all.join('-'), async () => {
        for (const rows of ROWS) {
          turn++
          const batches = [rows, Math.ceil(rows / 2), Math.min(rows, 64), Math.min(rows, 9)]
          const fit = { ...base.fit, batchSize: batches[turn % batches.length], shuffle: turn % 3 !== 0 }
          const shape = { ...stack(all, turn % 2 === 0), inputs: 1 + (turn % 7), rows, fit }
          const optimizer = OPTIMIZERS[turn % OPTIMIZERS.length]
          await agrees({ ...base, ...shape, optimizer }, [THREADS[(turn >> 2) % THREADS.length]])
        }
      })
    }
  }

  // Sums of more than 128 terms are computed in blocks, and so are batches of more than 64 rows.
  for (const inputs of [127, 128, 129, 257]) {
    row('where sums are computed in blocks', `${inputs} terms`, async () => {
      for (const rows of [1, 3, 65]) {
        await agrees({ ...base, ...stack([17, 3], false), inputs, rows }, [1, 2, 3])
        await agrees({ ...base, ...stack([20, inputs, 3], false), rows }, [1, 2, 3])
        await agrees({ ...base, ...stack([20, inputs], true), rows }, [1, 3])
      }
    })
  }

  for (const batchSize of [1, 63, 64, 65, 127, 128, 129, 131]) {
    row('where batches are processed in blocks', `${batchSize} of 131 rows`, async () => {
      for (const shuffle of [false, true]) {
        const fit = { ...base.fit, epochs: 3, batchSize, shuffle }
        await agrees({ ...base, ...stack([70, 3, 70], !shuffle), rows: 131, fit }, [1, 2, 3])
      }
    })
  }

  for (const name of [...optimizerNames, 'momentum', 'nesterov'] as const) {
    row('with each of these steps, on any number of threads', name, async () => {
      const momentum = { name: 'sgd', momentum: 0.9, nesterov: name === 'nesterov' } as const
      const optimizer: OptimizerOption = name === 'momentum' || name === 'nesterov' ? momentum : name
      await agrees({ ...base, ...stack([70, 3, 70], true), optimizer }, [1, 2, 3, 4, 8, 64, 1024])
    })
  }

  // Threads share such batches by rows, and the gradients by columns or rows of weights.
  for (const units of [[1], [2, 1], [8, 2], [15, 7, 3], [16, 1], [46, 9, 10]]) {
    row('in layers of few units', units.join('-'), async () => {
      for (const [rows, batchSize, inputs] of [
        [200, 200, 24],
        [131, 64, 1],
        [70, 33, 9],
        [9, 4, 17],
      ]) {
        for (const shuffle of [false, true]) {
          const fit = { ...base.fit, epochs: 3, batchSize, shuffle }
          const shape = { ...stack(units, shuffle && units[units.length - 1] > 1), inputs, rows, fit }
          await agrees({ ...base, ...shape, optimizer: shuffle ? 'adam' : base.optimizer }, [1, 2, 3, 8])
        }
      }
    })
  }

  it('in layers of few units with sample weights, penalties, clips, decay and a frozen layer', async () => {
    const layers: LayerOption[] = [
      { units: 9, activation: 'relu', l2: 0.01 },
      { units: 5, activation: 'tanh', trainable: false },
      { units: 3, l1: 0.01 },
    ]
    const sampleWeight = { style: 'sensible', seed: 5, odd: [] } as const
    const rateFactors = { style: 'sensible', seed: 6, odd: [] } as const
    for (const optimizer of [
      { name: 'adam', globalClipNorm: 0.5, weightDecay: 0.01 },
      { name: 'sgd', momentum: 0.9, learningRate: 0.01, clipValue: 0.1 },
    ] as const) {
      const fit = { ...base.fit, epochs: 3, batchSize: 50 }
      await agrees({ ...base, layers, optimizer, sampleWeight, rows: 131, fit }, [1, 2, 3])
      await agrees({ ...base, layers, optimizer, rateFactors, rows: 131, fit }, [1, 2, 3])
    }
  })

  it('on more threads than it has units or rows', async () => {
    for (const units of [[16], [17], [16, 1], [1, 16]]) {
      await agrees({ ...base, ...stack(units, false), rows: 1, fit: { ...base.fit, batchSize: 1 } }, [17, 100, 1024])
    }
  })
})

describe('a training that diverges on several threads', () => {
  // A linear layer: its errors grow by about the same factor in each step.
  const steep = { name: 'sgd', learningRate: 1e3 } as const
  const shape = { ...base, layers: [{ units: 33 }], optimizer: steep }

  it('ends with the same error and the same parameters', async () => {
    for (const batchSize of [8, 65]) {
      const drawn = { ...shape, fit: { ...base.fit, epochs: 1000, batchSize } }
      const { divergence } = await run(drawn, dataOf(drawn), 'typescript', 'fitSync')
      assert.ok(divergence !== null && divergence.epoch > 0)
      await agrees(drawn, [1, 2, 3, 8])
      await agrees({ ...drawn, layers: [{ units: 33 }, { units: 20 }] }, [1, 2, 3, 8])
    }
  })

  it('keeps the parameters from before the epoch that diverged', async () => {
    const { x, y } = dataOf(shape)
    for (const backend of compiledPaths) {
      for (const threads of [2, 3]) {
        const newTrainer = (count: number) =>
          new Trainer(new Network({ inputs: shape.inputs, layers: shape.layers, seed: 4 }), {
            loss: shape.loss,
            optimizer: steep,
            backend,
            threads: count,
          })
        const [trainer, until] = [newTrainer(threads), newTrainer(1)]
        let error: unknown
        await trainer.fit(x, y, { epochs: 1000 }).catch((reason: unknown) => {
          error = reason
        })
        assert.ok(error instanceof DivergenceError && error.epoch > 0)
        until.fitSync(x, y, { epochs: error.epoch })
        sameBits(trainer.network.parameters, until.network.parameters, `${backend}, threads: ${threads}`)
      }
    }
  })

  it('names the parameter that is not finite, in whichever thread it is', () => {
    const inputs = 2
    for (const units of [16, 33, 70]) {
      for (const broken of [0, 1, 15, units - 1]) {
        const targets = new Float64Array(units)
        targets[broken] = 1
        for (const backend of paths) {
          for (const threads of [1, 2, 3, 8]) {
            const network = new Network({ inputs, layers: [{ units }], initializer: 'zeros' })
            const optimizer = { name: 'sgd', learningRate: 1e305 } as const
            const trainer = new Trainer(network, { loss: 'halfSquaredError', optimizer, backend, threads })
            const bias = () =>
              trainer.fitSync(
                new Float64Array(inputs),
                targets.map((value) => 1e10 * value),
              )
            const weights = () => trainer.fitSync(Float64Array.of(0, 1e10), targets)
            for (const [train, what] of [
              [bias, 'bias'],
              [weights, 'weights'],
            ] as const) {
              const message = new RegExp(
                `^Training diverged in epoch 0: a value of the ${what} of layer 0 is not finite`,
              )
              assert.throws(train, { name: 'DivergenceError', message, epoch: 0 }, `${backend}, threads: ${threads}`)
              sameBits(network.parameters, new Float64Array(network.parameterCount), 'parameters')
            }
          }
        }
      }
    }
  })
})

describe('the number of threads', () => {
  it('may be any from 1 to 1024, or auto', () => {
    const network = new Network({ inputs: 1, layers: [{ units: 1 }] })
    for (let threads = 1; threads <= 1024; threads++) {
      new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd', threads })
    }
    new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd', threads: 'auto' })
  })

  it('makes no difference where it is auto', async () => {
    const { inputs, loss, optimizer } = base
    const layers: LayerOption[] = [{ units: 128, activation: 'relu' }, { units: 130, activation: 'tanh' }, { units: 2 }]
    const { x, y } = dataOf({ ...base, rows: 70 })
    const parametersOf = async (backend: string, threads: number | 'auto'): Promise<Float64Array> => {
      const trainer = new Trainer(new Network({ inputs, layers, seed: 1 }), { loss, optimizer, backend, threads })
      await trainer.fit(x, y, { epochs: 2, batchSize: 64 })
      return trainer.network.parameters
    }
    const expected = await parametersOf('typescript', 1)
    for (const path of paths) {
      for (const threads of ['auto', 2] as const) sameBits(await parametersOf(path, threads), expected, path)
    }
  })

  it('that is useful is 1, or the largest usable number', () => {
    for (const path of nativePaths) {
      const set = setOf(path)
      const useful = (drawn: Case, threads: number): number =>
        addon.usefulThreads(set, encodePlan(addon, jobOf(drawn).plan), 1, threads)
      const property = fc.property(cases, fc.integer({ min: 1, max: 9 }), (drawn, threads) => {
        const job = jobOf(drawn)
        const usable = usableThreads(set, job, threads)
        assert.ok(usable >= 1 && usable <= threads)
        // A thread has at least a row of a batch, or eight inputs of a layer, in every form of a network.
        const inputs = Math.max(...job.plan.layers.map((layer) => layer.inputs))
        assert.ok(usable <= Math.max(drawn.rows, Math.ceil(inputs / 8)))
        assert.ok([1, usable].includes(useful(drawn, threads)))
      })
      fc.assert(property, { numRuns: drawCount(100) })
      const fit = { ...base.fit, batchSize: 64 }
      const large = { ...base, ...stack([128, 128, 10], false), fit }
      assert.deepEqual(
        [1, 2, 3, 1024].map((threads) => useful(large, threads)),
        [1, 2, 3, usableThreads(set, jobOf(large), 1024)],
      )
      const narrow = { ...base, ...stack([15, 15, 15], false), rows: 10_000, fit: { ...base.fit, batchSize: 10_000 } }
      assert.equal(useful(narrow, 2), 2)
      const tiny = { ...base, layers: [{ units: 2 }], fit: { ...base.fit, batchSize: 8 } }
      assert.equal(useful(tiny, 1024), 1)
    }
  })

  it('that is useful for several members is at most one for each group of members', () => {
    const useful = (set: number, drawn: Case, members: number, threads: number): number =>
      addon.usefulThreads(set, encodePlan(addon, jobOf(drawn).plan), members, threads)
    for (const path of nativePaths) {
      const set = setOf(path)
      const large = { ...base, ...stack([128, 128, 10], false) }
      for (const members of [2, 9, 40]) assert.equal(useful(set, large, members, 1024), members)
      const most = useful(set, base, 40, 1024)
      assert.ok(path === 'native/scalar' ? most === 40 : most >= 5 && most <= 20, `${most} groups on ${path}`)
      for (const threads of [1, 2, 3]) {
        assert.equal(useful(set, base, 40, threads), threads)
        assert.equal(useful(set, large, 40, threads), threads)
      }
    }
  })
})
