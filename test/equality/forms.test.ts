/** The forms in which the TypeScript backend computes the same training: each gives the bits of the plainest one. */
import assert from 'node:assert/strict'
import fc, { type Arbitrary } from 'fast-check'
import type { LayerOption, OptimizerName } from 'lockstep-nn'
import { generatedTraining } from '#lib/kernels/codegen/train.js'
import { updates } from '#lib/kernels/codegen/updates.js'
import { DONE, EPOCH, LOSS_NOT_FINITE, PARAMETER_NOT_FINITE } from '#lib/kernels/plan.js'
import { trainingBuffers, trainingWorkspace } from '#lib/kernels/training/buffers.js'
import { layeredTraining } from '#lib/kernels/training/train.js'
import { plainly, smallCases } from '../support/arbitraries.js'
import type { Case } from '../support/case.js'
import { Coverage } from '../support/coverage.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { Guarded, type Results, sameResults } from '../support/guarded.js'
import { guardedArrays, jobOf } from '../support/job.js'
import { paths } from '../support/paths.js'
import { everyPathAgrees } from '../support/property.js'
import { rowTests } from '../support/rows.js'

type Form = typeof layeredTraining | typeof generatedTraining

/** The results of a case's training in a form, some blocks at a time, up to `most` of them in all. */
function train(form: Form, drawn: Case, byte: number, atOnce: number, most = Infinity): Results | null {
  const job = jobOf(drawn)
  const { plan } = job
  const guarded = new Guarded(byte === 0 ? 1e300 : -3.5, byte === 0 ? 0 : 1)
  const arrays = {
    ...guardedArrays(guarded, job),
    currentParameters: guarded.bytes(plan.parameterCount, byte, 'currentParameters'),
    currentState: guarded.bytes(job.state.length, byte, 'currentState'),
    losses: guarded.bytes(plan.epochs, 0, 'losses'),
    position: guarded.of(Float64Array.of(0, 0, -0, -0), 'position'),
    outcome: guarded.of(Float64Array.of(0, DONE, -1), 'outcome'),
  }
  const workspace = guarded.bytes(trainingWorkspace(plan), byte, 'workspace')
  const training = form(plan, arrays, trainingBuffers(plan, workspace))
  if (training === null) return null
  training.begin(0)
  const isOver = () => arrays.position[EPOCH] === plan.epochs || arrays.outcome[1] !== DONE
  for (let done = 0; !isOver() && done < most; done += atOnce) {
    training.advance(plan.epochs, Math.min(atOnce, most - done))
  }
  guarded.check(form.name)
  const { outcome, losses, parameters, state, position, x, y } = arrays
  return { outcome: isOver() ? outcome : Float64Array.of(-1, -1, -1), losses, parameters, state, position, x, y }
}

/** Shapes of up to 24 parameters, for which trainings of any length are generated. */
const TINY = [
  [1, 1],
  [2, 1],
  [2, 2, 1],
  [1, 1, 1, 1],
  [3, 2],
  [2, 2, 2],
  [1, 3, 2],
  [4, 4],
  [2, 3, 2],
  [3, 3, 2, 1],
]

/** Any options on these shapes. */
const tinyCases: Arbitrary<Case> = fc
  .tuple(
    smallCases,
    fc.constantFrom(...TINY),
    fc.integer({ min: 1, max: 140 }),
    fc.constantFrom(1, 2, 3, 4, 5, 8, 33, 1000),
  )
  .map(([drawn, shape, rows, batchSize]) => {
    const [hidden, last] = plainly(drawn).layers
    const layers = shape
      .slice(1)
      .map((units, l) => ({ ...(l + 2 < shape.length ? hidden : last), units }) as LayerOption)
    return { ...plainly(drawn), inputs: shape[0], layers, rows, fit: { ...drawn.fit, batchSize } }
  })

describe('a generated training', () => {
  const row = rowTests()
  it('has the bits of the plain form in calls of any length and in any workspace', function () {
    this.timeout(300_000)
    const statuses = new Map<number, number>()
    const property = fc.property(tinyCases, fc.constantFrom(1, 2, 7, 1000), (drawn, atOnce) => {
      const expected = train(layeredTraining, drawn, 0x00, 1000) as Results
      for (const byte of [0x00, 0xff]) {
        const actual = train(generatedTraining, drawn, byte, atOnce)
        assert.ok(actual !== null, 'it is not written out')
        sameResults(actual, expected, `${atOnce} blocks at a time`)
      }
      const [, status] = expected.outcome
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    })
    fc.assert(property, { numRuns: drawCount(600) })
    for (const status of [DONE, LOSS_NOT_FINITE]) {
      assert.ok((statuses.get(status) ?? 0) >= leastCount(10), `status ${status} was seldom drawn`)
    }
  })

  const base: Omit<Case, 'layers'> = {
    inputs: 2,
    start: { seed: 5 },
    threads: 1,
    loss: 'meanSquaredError',
    optimizer: 'sgd',
    rows: 4,
    x: { style: 'sensible', seed: 1, odd: [] },
    y: { style: 'sensible', seed: 2, odd: [] },
    form: 'flat',
    fit: { epochs: 50, batchSize: 4, shuffle: false, seed: 0 },
  }
  const linear: LayerOption[] = [{ units: 2 }, { units: 1 }]

  for (const batchSize of [1, 2, 3, 4]) {
    for (const shuffle of [false, true]) {
      for (const optimizer of [
        { name: 'sgd', learningRate: 5 },
        { name: 'sgd', learningRate: 5, momentum: 0.5 },
      ] as const) {
        row(
          'stops where it diverges',
          `batches of ${batchSize}, ${shuffle ? 'shuffled, ' : ''}${JSON.stringify(optimizer)}`,
          () => {
            const fit = { epochs: 400, batchSize, shuffle, seed: 3 }
            const drawn: Case = { ...base, layers: linear, optimizer, fit }
            const expected = train(layeredTraining, drawn, 0x00, 1000) as Results
            assert.notEqual(expected.outcome[1], DONE)
            assert.ok(expected.outcome[0] > 0)
            assert.ok(expected.parameters.every(Number.isFinite))
            sameResults(train(generatedTraining, drawn, 0xff, 1) as Results, expected, 'one block at a time')
            sameResults(train(generatedTraining, drawn, 0x00, 1000) as Results, expected, 'at once')
          },
        )
      }
    }
  }

  it('stops where only a parameter is not finite', () => {
    const optimizer = { name: 'sgd', learningRate: 1e300 } as const
    const x = { style: 'small', seed: 1, odd: [{ at: 0, value: 1e100 }] } as const
    const drawn: Case = { ...base, layers: [{ units: 1 }], optimizer, x }
    const expected = train(layeredTraining, drawn, 0x00, 1000) as Results
    assert.equal(expected.outcome[1], PARAMETER_NOT_FINITE)
    sameResults(train(generatedTraining, drawn, 0xff, 1) as Results, expected, 'written out')
  })

  // Up to 48 parameters, if the training is long; compared during the training, after some whole epochs.
  for (const [shape, activation, last] of [
    [[3, 5, 2], 'tanh', 'softmax'],
    [[2, 8, 1], 'softplus', 'sigmoid'],
    [[4, 5, 3], 'relu', 'linear'],
    [[2, 3, 3, 3, 2], 'leakyRelu', 'tanh'],
  ] as const) {
    row('ends in the bits of the plain form for larger networks and long trainings', shape.join('-'), () => {
      const layers = shape
        .slice(1)
        .map((units, l) => ({ units, activation: l + 2 < shape.length ? activation : last }) as LayerOption)
      for (const optimizer of ['adam', { name: 'sgd', momentum: 0.9, nesterov: true }] as const) {
        for (const batchSize of [1, 2, 3, 32]) {
          const fit = { epochs: 80_000, batchSize, shuffle: true, seed: 3 }
          const drawn: Case = { ...base, inputs: shape[0], layers, rows: 64, optimizer, fit }
          assert.equal(train(generatedTraining, { ...drawn, fit: { ...fit, epochs: 2 } }, 0, 1), null)
          const epochs = 5
          const expected = train(layeredTraining, drawn, 0x00, 1, epochs * Math.ceil(64 / batchSize)) as Results
          const actual = train(generatedTraining, drawn, 0xff, 2, epochs) as Results
          assert.ok(expected.losses[epochs - 1] !== 0 && expected.losses[epochs] === 0)
          sameResults(actual, expected, `${JSON.stringify(optimizer)}, batches of ${batchSize}`)
        }
      }
    })
  }

  it('calls the function of an update without source text', () => {
    const texts = updates as Record<string, unknown>
    for (const name of Object.keys(updates)) {
      const text = texts[name]
      delete texts[name]
      try {
        for (const batchSize of [1, 3, 4]) {
          const drawn = {
            ...base,
            layers: linear,
            // Adamw has a decay of its own, with which no training is generated.
            optimizer: { name: name as OptimizerName, weightDecay: 0 },
            rows: 7,
            fit: { ...base.fit, batchSize },
          }
          const expected = train(layeredTraining, drawn, 0x00, 1000) as Results
          sameResults(train(generatedTraining, drawn, 0xff, 1) as Results, expected, `${name}, batches of ${batchSize}`)
        }
      } finally {
        texts[name] = text
      }
    }
  })

  it('has the bits of every backend', async function () {
    this.timeout(300_000)
    assert.ok(paths.includes('typescript'))
    const coverage = new Coverage()
    await fc.assert(
      fc.asyncProperty(tinyCases, (drawn) => everyPathAgrees(drawn, coverage)),
      { numRuns: drawCount(150) },
    )
  })
})
