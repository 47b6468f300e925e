/** `trainer.step`: what it returns, what it refuses, and what it leaves as it was. */
import assert from 'node:assert/strict'
import { DivergenceError, Network, Trainer } from 'lockstep-nn'
import { makeBackend } from '#lib/backend/wasm/backend.js'
import { Instances } from '#lib/backend/wasm/instances.js'
import { instantiate, PREDICT } from '#lib/backend/wasm/module.js'
import type { TrainerSetup } from '#lib/training/make-job.js'
import { Stepper } from '#lib/training/step.js'
import { sameBits } from '../support/bits.js'
import { errorOf } from '../support/error-of.js'
import {
  ensembleTrainer,
  INPUTS,
  LAYERS,
  newTrainer,
  OUTPUTS,
  type Setup,
  sameTrainers,
  task,
} from '../support/learning.js'
import { implementations } from '../support/paths.js'
import { refusals } from '../support/refusals.js'
import { describeWasm, wasmModule } from '../support/wasm.js'

const ROWS = 23
const { x, y } = task(ROWS)

/** The first rows of the task. */
const first = (rows: number) => [x.slice(0, rows * INPUTS), y.slice(0, rows * OUTPUTS)] as const

for (const backend of implementations) {
  describe(`a step on ${backend}`, () => {
    it('returns the loss before it, as evaluate gives it', () => {
      const trainer = newTrainer({ backend })
      for (let i = 0; i < 5; i++) {
        const { loss } = trainer.evaluate(x, y)
        assert.equal(trainer.step(x, y), loss)
      }
      const together = ensembleTrainer([0.1, 0.2], backend)
      const { members } = together.evaluate(x, y)
      sameBits(together.step(x, y), members, 'losses')
    })

    it('takes rows and flat arrays, and changes none of them', () => {
      const trainer = newTrainer({ backend })
      const rows = Array.from({ length: ROWS }, (_, i) => Array.from(x.subarray(i * INPUTS, (i + 1) * INPUTS)))
      const targets = Array.from({ length: ROWS }, (_, i) => Array.from(y.subarray(i * OUTPUTS, (i + 1) * OUTPUTS)))
      const [copyX, copyY] = [x.slice(), y.slice()]
      const flat = newTrainer({ backend })
      assert.equal(trainer.step(rows, targets), flat.step(copyX, copyY))
      sameTrainers(trainer, flat)
      sameBits(copyX, x, 'x')
      sameBits(copyY, y, 'y')
    })

    it('that diverges leaves everything as before', async () => {
      const setups: readonly Setup[] = [
        { optimizer: 'adam' },
        { optimizer: 'adam', schedule: (step) => 0.1 / (1 + step) },
        { optimizer: 'adam', schedule: { name: 'reduceOnPlateau', patience: 0, threshold: 0.5 } },
      ]
      const far = y.map((value) => 1e200 * value)
      for (const setup of setups) {
        const [trainer, fitted] = [newTrainer({ backend, ...setup }), newTrainer({ backend, ...setup })]
        for (const one of [trainer, fitted, trainer, fitted]) one.step(x, y)
        const [parameters, state] = [trainer.network.parameters.slice(), trainer.optimizerState]
        const { epoch, scheduleState } = trainer
        const error = await errorOf(() => trainer.step(x, far))
        const expected = await errorOf(() => fitted.partialFitSync(x, far, { batchSize: ROWS, shuffle: false }))
        assert.ok(error instanceof DivergenceError && expected instanceof DivergenceError)
        assert.deepEqual([error.message, error.epoch, error.loss.length], [expected.message, epoch, 0])
        sameBits(trainer.network.parameters, parameters, 'parameters')
        sameBits(trainer.optimizerState, state, 'optimizerState')
        sameBits(trainer.scheduleState, scheduleState, 'scheduleState')
        assert.equal(trainer.epoch, epoch)
        for (const one of [trainer, fitted]) one.step(x, y)
        sameTrainers(trainer, fitted)
      }
    })

    it('of an ensemble leaves out the members that diverge, and throws where all do', async () => {
      const trainer = ensembleTrainer([1e-12, 1e300, 2e-12], backend)
      const far = y.map((value) => 1e10 * value)
      const [good, other] = [1e-12, 2e-12].map((rate, i) => {
        const network = new Network({ inputs: INPUTS, layers: LAYERS, seed: 2 * i })
        const optimizer = { name: 'sgd', momentum: 0.5, learningRate: rate } as const
        return new Trainer(network, { loss: 'meanSquaredError', optimizer, backend })
      })
      const diverging = trainer.network.members[1].parameters.slice()
      for (let i = 0; i < 3; i++) {
        sameBits(trainer.step(x, far), Float64Array.of(good.step(x, far), NaN, other.step(x, far)), 'losses')
        sameBits(trainer.network.members[1].parameters, diverging, 'the member that diverges')
      }
      assert.equal(trainer.epoch, 3)
      trainer.learningRate = 1e300
      const before = trainer.network.parameters.slice()
      const error = await errorOf(() => trainer.step(x, far))
      assert.ok(error instanceof DivergenceError)
      sameBits(trainer.network.parameters, before, 'parameters')
      assert.equal(trainer.epoch, 3)
    })

    it('of a hundred trainers that alternate has the bits of each alone', () => {
      const count = 100
      const steps = 4
      const seeds = Array.from({ length: count }, (_, i) => i)
      const together = seeds.map((seed) => newTrainer({ backend, seed, optimizer: 'adam' }))
      for (let k = 0; k < steps; k++) for (const one of together) one.step(...first(5 + (k % 2)))
      for (const [seed, one] of together.entries()) {
        const alone = newTrainer({ backend, seed, optimizer: 'adam' })
        for (let k = 0; k < steps; k++) {
          alone.partialFitSync(...first(5 + (k % 2)), { batchSize: ROWS, shuffle: false })
        }
        sameTrainers(one, alone)
      }
    })

    it('throws what a schedule function throws, before any work', () => {
      const schedule = (_: number, epoch: number): number => {
        if (epoch === 2) throw new Error('no rate')
        return 0.1
      }
      const trainer = newTrainer({ backend, optimizer: 'sgd', schedule })
      trainer.step(x, y)
      trainer.step(x, y)
      const before = trainer.network.digest()
      assert.throws(() => trainer.step(x, y), { message: 'no rate' })
      assert.deepEqual([trainer.network.digest(), trainer.epoch], [before, 2])
    })

    it('works on after arguments that were refused or transferred', () => {
      const [trainer, plain] = [newTrainer({ backend }), newTrainer({ backend })]
      const detached = x.slice()
      trainer.step(detached, y)
      plain.step(x, y)
      structuredClone(detached, { transfer: [detached.buffer as ArrayBuffer] })
      assert.throws(() => trainer.step(detached, y), /x/)
      assert.throws(() => trainer.step(x, y, { sampleWeight: [1] }), /sampleWeight/)
      sameTrainers(trainer, plain)
      trainer.step(x, y)
      plain.step(x, y)
      sameTrainers(trainer, plain)
    })

    it('refuses a network whose parameters were transferred', () => {
      const trainer = newTrainer({ backend })
      trainer.step(x, y)
      const buffer = trainer.network.parameters.buffer as ArrayBuffer
      structuredClone(buffer, { transfer: [buffer] })
      const message =
        'Expected an attached buffer for network.parameters but received a Float64Array of length 0. ' +
        'Its ArrayBuffer was transferred.'
      assert.throws(() => trainer.step(x, y), { name: 'TypeError', message })
    })

    it('is refused while its network is trained', async () => {
      const trainer = newTrainer({ backend })
      trainer.step(x, y)
      const before = trainer.network.digest()
      const fitted = trainer.fit(x, y, { epochs: 50 })
      assert.throws(() => trainer.step(x, y), /is being trained already/)
      assert.equal(trainer.network.digest(), before)
      await fitted
      trainer.step(x, y)
      // Its own callbacks are no exception.
      assert.throws(() => trainer.fitSync(x, y, { onEpoch: () => trainer.step(x, y) }), /is being trained already/)
      trainer.step(x, y)
    })
  })
}

describeWasm('steps in WebAssembly', () => {
  it('go on after one error where the module has failed in another call', () => {
    const instances = new Instances(() => instantiate(wasmModule()))
    const [trainer, expected] = [newTrainer(), newTrainer({ backend: 'typescript' })]
    const { setup } = trainer as unknown as { readonly setup: TrainerSetup }
    const stepper = new Stepper({ ...setup, backend: makeBackend(instances) })
    const both = () => {
      stepper.step(x, y, {})
      expected.step(x, y)
    }
    both()
    const wrongPlan = () => instances.use(8, ({ instance }) => instance.call(({ openPlan }) => openPlan(8, 0, PREDICT)))
    assert.throws(wrongPlan, /^Error: The WebAssembly module failed: /)
    assert.throws(() => stepper.step(x, y, {}), /^Error: The WebAssembly module failed in another call /)
    sameTrainers(trainer, expected)
    both()
    both()
    sameTrainers(trainer, expected)
  })
})

const stepped =
  (...given: readonly unknown[]) =>
  () =>
    newTrainer().step(...(given as Parameters<Trainer['step']>))
refusals('step', [
  [
    'without targets',
    stepped(x),
    'TypeError',
    'Expected a Float64Array or an array of rows for y but received undefined.',
  ],
  [
    'with an option of fit',
    stepped(x, y, { batchSize: 4 }),
    'TypeError',
    'Unknown option "batchSize" in the options of step. batchSize belongs to the options of fit. Known: sampleWeight.',
  ],
  [
    'with other numbers of rows',
    stepped(x, y.slice(2)),
    'RangeError',
    'Expected 23 rows, as many as x has, for y but received 22.',
  ],
  [
    'of one row with batch normalization',
    () => newTrainer({ hidden: [{ type: 'batchNormalization' }] }).step(...first(1)),
    'RangeError',
    'Expected at least 2 rows for x but received 1. A batchNormalization computes the mean and the variance of a batch, ' +
      'and the variance of one row is 0: give more rows, or set trainable: false on such layers, which then use their ' +
      'moving statistics.',
  ],
  [
    'with a schedule that monitors the validation',
    () => newTrainer({ schedule: { name: 'reduceOnPlateau', monitor: 'validationLoss' } }).step(x, y),
    'RangeError',
    "Expected 'loss', the only series of a step, for schedule.monitor but received " +
      '"validationLoss" of type string. Use partialFitSync for it.',
  ],
])
