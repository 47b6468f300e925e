/** Fits of very many epochs: the memory that they reserve, and that dividing them into calls of a backend changes no bit. */
import assert from 'node:assert/strict'
import { DivergenceError, Ensemble, Network, Trainer } from 'lockstep-nn'
import { typescriptBackend } from '#lib/backend/typescript.js'
import { MAX_LOSSES } from '#lib/training/fit-session.js'
import { GrowingArray } from '#lib/training/growing-array.js'
import { sameBits } from '../support/bits.js'
import { newTrainer, task } from '../support/learning.js'
import { paths } from '../support/paths.js'

const { x, y } = task(23)
const EPOCHS = 1e9
const MEGABYTE = 2 ** 20

/** The epochs of each run of the TypeScript backend, and the lengths of its series, while `work` runs. */
function callsOf(work: () => void): { epochs: number; losses: number }[] {
  const calls: { epochs: number; losses: number }[] = []
  const { openSession } = typescriptBackend
  try {
    typescriptBackend.openSession = (call) => {
      const session = openSession(call)
      return {
        ...session,
        run(from, until, milliseconds) {
          calls.push({ epochs: until - from, losses: call.arrays.series.length })
          return session.run(from, until, milliseconds)
        },
      }
    }
    work()
  } finally {
    typescriptBackend.openSession = openSession
  }
  return calls
}

describe('a fit of 1e9 epochs', () => {
  it('reserves little for series that grow epoch by epoch', () => {
    const metrics = ['accuracy', 'rootMeanSquaredError'] as const
    const trainer = newTrainer({ metrics, schedule: { name: 'reduceOnPlateau' } })
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const { loss, validationLoss, learningRate, monitored } = trainer.fitSync(x, y, {
      epochs: EPOCHS,
      validationSplit: 0.2,
      earlyStopping: { patience: 1e6, restoreBest: true },
      onEpoch: ({ epoch }) => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before)
        return epoch < 999
      },
    })
    assert.ok(most < 64 * MEGABYTE, `${most} bytes`)
    for (const series of [loss, validationLoss!, learningRate!, monitored!]) {
      assert.equal(series.length, 1000)
      // Exactly the trained epochs: no buffer for more is kept.
      assert.equal(series.buffer.byteLength, 8000)
    }
  })

  it('asks a backend for some million losses at a time, where nothing happens between epochs', () => {
    const diverging = { backend: 'typescript', hidden: [], optimizer: { name: 'sgd', learningRate: 1e3 } } as const
    let error: unknown
    const calls = callsOf(() => {
      try {
        newTrainer(diverging).fitSync(x, y, { epochs: EPOCHS })
      } catch (thrown) {
        error = thrown
      }
    })
    assert.ok(error instanceof DivergenceError)
    assert.equal(error.loss.length, error.epoch)
    assert.deepEqual(calls, [{ epochs: MAX_LOSSES, losses: MAX_LOSSES }])
  })

  it('asks for as many losses of all members of an ensemble together', () => {
    const ensemble = new Ensemble({ inputs: 3, layers: [{ units: 2 }], seeds: [1, 2, 3] })
    const optimizer = { name: 'sgd', learningRate: 1e3 } as const
    const trainer = new Trainer(ensemble, { loss: 'meanSquaredError', optimizer, backend: 'typescript' })
    const calls = callsOf(() => {
      const { members } = trainer.fitSync(x, y, { epochs: EPOCHS })
      assert.ok(members.every((one) => one instanceof DivergenceError))
    })
    const epochs = Math.floor(MAX_LOSSES / 3)
    assert.deepEqual(calls, [{ epochs, losses: 3 * epochs }])
  })
})

describe('a fit of more losses than one call returns', () => {
  const one = { x: Float64Array.of(0.5), y: Float64Array.of(0.25) }
  const fit = { batchSize: 1, shuffle: false } as const
  const epochs = MAX_LOSSES + 1000

  it('ends in the bits of the same fit in pieces', () => {
    const make = () => {
      const network = new Network({ inputs: 1, layers: [{ units: 1 }], seed: 1 })
      const optimizer = { name: 'sgd', learningRate: 1e-6, momentum: 0.5 } as const
      return new Trainer(network, { loss: 'meanSquaredError', optimizer, backend: paths[1] ?? paths[0] })
    }
    const [whole, pieces] = [make(), make()]
    const { loss } = whole.fitSync(one.x, one.y, { ...fit, epochs })
    assert.equal(loss.length, epochs)
    assert.equal(loss.buffer.byteLength, 8 * epochs)
    const first = pieces.fitSync(one.x, one.y, { ...fit, epochs: 1_000_000 })
    const second = pieces.partialFitSync(one.x, one.y, { ...fit, epochs: epochs - 1_000_000 })
    sameBits(loss.subarray(0, 1_000_000), first.loss, 'loss of the first piece')
    sameBits(loss.subarray(1_000_000), second.loss, 'loss of the second piece')
    sameBits(whole.network.parameters, pieces.network.parameters, 'parameters')
    sameBits(whole.optimizerState, pieces.optimizerState, 'optimizerState')
  })

  it('asks for all losses in one call, where these are not more', () => {
    const network = new Network({ inputs: 1, layers: [{ units: 1 }], seed: 1 })
    const trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd', backend: 'typescript' })
    const calls = callsOf(() => void trainer.fitSync(one.x, one.y, { ...fit, epochs: 100_000 }))
    assert.deepEqual(calls, [{ epochs: 100_000, losses: 100_000 }])
  })
})

describe('an array that grows', () => {
  it('doubles its memory as it fills, up to its limit', () => {
    const array = new GrowingArray(1000)
    const lengths = new Set<number>()
    for (let i = 0; i < 1000; i++) {
      array.set(i, i)
      lengths.add((array as unknown as { values: Float64Array }).values.length)
    }
    assert.deepEqual([...lengths], [64, 128, 256, 512, 1000])
    assert.deepEqual(
      [...array.first(1000)],
      Array.from({ length: 1000 }, (_, i) => i),
    )
    assert.deepEqual([...array.first(3)], [0, 1, 2])
  })

  it('uses an array of the largest length in place, and copies others', () => {
    const [array, all] = [new GrowingArray(3), Float64Array.of(1, 2, 3)]
    array.put(0, all)
    assert.equal(array.first(3), all)
    const pieces = new GrowingArray(3)
    pieces.put(0, Float64Array.of(1, 2))
    pieces.put(2, Float64Array.of(3))
    assert.deepEqual(pieces.first(3), all)
  })
})
