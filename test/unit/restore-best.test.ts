/** Early stopping with restoreBest: the resulting parameters, however the fit ends. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DivergenceError, Ensemble, type FitOptions, type History, Network, type Progress, Trainer } from 'lockstep-nn'
import { sameBits, sameNumber } from '../support/bits.js'
import { INPUTS, newTrainer, OUTPUTS, type Setup, task } from '../support/learning.js'
import { implementations } from '../support/paths.js'

const ROWS = 23
const { x, y } = task(ROWS)
const valid = { x, y: y.map((value) => 1 - value) }
/** One step an epoch, over all rows in their order. */
const FULL = { batchSize: ROWS, shuffle: false } as const

/** Learns for three epochs, jumps far away in epoch 3, and stays there. */
const JUMP = [0.1, 0.1, 0.1, 30, 0, 0, 0, 0]
const jumping =
  (rates: readonly number[], rest = 0) =>
  (_step: number, epoch: number): number =>
    rates[epoch] ?? rest

const setupOf = (backend: string, rates: readonly number[] = JUMP, more: Setup = {}): Setup => ({
  backend,
  optimizer: 'sgd',
  schedule: jumping(rates),
  ...more,
})

/** The parameters after n epochs. */
function parametersAfter(epochs: number, setup: Setup, fit: FitOptions): Float64Array {
  const trainer = newTrainer(setup)
  trainer.fitSync(x, y, { ...fit, epochs, earlyStopping: undefined, onEpoch: undefined })
  return trainer.network.parameters
}

const restoring = { patience: 100, restoreBest: true }

for (const backend of implementations) {
  describe(`restoreBest on ${backend}`, () => {
    it('gives the parameters whose loss was best, not those before the best loss', () => {
      const trainer = newTrainer(setupOf(backend))
      const fit = { ...FULL, epochs: 8, earlyStopping: restoring }
      const { loss, monitored, bestEpoch } = trainer.fitSync(x, y, fit)
      // The loss of epoch 3 is the smallest, of before its step; after that step it is the loss of epoch 4, far larger.
      assert.equal(loss.indexOf(Math.min(...loss)), 3)
      assert.ok(loss[4] > 100 * loss[3], String(loss))
      assert.equal(bestEpoch, 2)
      sameBits(trainer.network.parameters, parametersAfter(3, setupOf(backend), FULL), 'parameters')
      assert.ok(monitored !== undefined)
      // With one step an epoch, the loss after an epoch is that before the next one's step.
      for (let i = 0; i < 7; i++) {
        assert.ok(Math.abs(monitored[i] - loss[i + 1]) <= 1e-12 * loss[i + 1], `${monitored[i]} and ${loss[i + 1]}`)
      }
      sameNumber(trainer.evaluate(x, y).loss, Math.min(...monitored), 'evaluate')
    })

    it('monitors the loss without dropout, with penalties, weights and moving statistics', () => {
      const sampleWeight = Float64Array.from({ length: ROWS }, (_, i) => (i % 3) / 2)
      const hidden = [
        { units: 6, activation: 'tanh', l2: 0.01 },
        { type: 'dropout', rate: 0.4 },
        { type: 'batchNormalization', momentum: 0.5 },
      ] as const
      const trainer = newTrainer(setupOf(backend, [0.3, 0.2, 0.4, 0.1, 0.5, 0.3], { hidden }))
      const seen: number[] = []
      const { monitored } = trainer.fitSync(x, y, {
        epochs: 6,
        batchSize: 5,
        sampleWeight,
        earlyStopping: restoring,
        onEpoch: () => void seen.push(trainer.evaluate(x, y, { sampleWeight }).loss),
      })
      sameBits(monitored!, Float64Array.from(seen), 'monitored')
      sameNumber(trainer.evaluate(x, y, { sampleWeight }).loss, Math.min(...seen), 'evaluate')
    })

    it('stops by the series that it restores by', () => {
      const earlyStopping = { patience: 2, restoreBest: true }
      const history = newTrainer(setupOf(backend)).fitSync(x, y, { ...FULL, epochs: 8, earlyStopping })
      // Best after epoch 2; epochs 3 and 4 are worse.
      assert.deepEqual([history.epochs, history.bestEpoch, history.stopped], [5, 2, 'earlyStopping'])
      assert.equal(history.reason, 'the loss after each epoch has not improved in 2 epochs since epoch 2')
    })

    it('changes no training and no series', () => {
      const fit = { ...FULL, epochs: 8 }
      const plain = newTrainer(setupOf(backend)).fitSync(x, y, { ...fit, earlyStopping: { patience: 100 } })
      const history = newTrainer(setupOf(backend)).fitSync(x, y, { ...fit, earlyStopping: restoring })
      sameBits(history.loss, plain.loss, 'loss')
      // Without it, early stopping monitors the loss of the epochs.
      sameBits(plain.monitored!, plain.loss, 'monitored')
      assert.equal(plain.bestEpoch, 3)
    })

    /** How a fit of JUMP may end after its best epoch, epoch 2. */
    const mine = new Error('enough')
    const stopAt =
      (last: number, stop: () => unknown) =>
      ({ epoch }: Progress): unknown =>
        epoch === last ? stop() : true
    const throwing = () => {
      throw mine
    }
    const failing = (_step: number, epoch: number): number => (epoch === 5 ? throwing() : JUMP[epoch])
    const diverging = (at: number) => jumping([...JUMP.slice(0, at), 1e300], 1e300)
    const ends: readonly (readonly [string, Setup, FitOptions, RegExp | null])[] = [
      ['all its epochs', {}, { epochs: 6 }, null],
      ['its patience', {}, { epochs: 8, earlyStopping: { patience: 1, restoreBest: true } }, null],
      ['false of onEpoch', {}, { epochs: 8, onEpoch: stopAt(4, () => false) }, null],
      ['false of onEpoch in the last epoch', {}, { epochs: 5, onEpoch: stopAt(4, () => false) }, null],
      ['what onEpoch throws', {}, { epochs: 8, onEpoch: stopAt(4, throwing) }, /enough/],
      ['what onEpoch throws in the last epoch', {}, { epochs: 5, onEpoch: stopAt(4, throwing) }, /enough/],
      ['what a schedule throws', { schedule: failing }, { epochs: 8 }, /enough/],
      ['a divergence', { schedule: diverging(5) }, { epochs: 8 }, /diverged in epoch [56]:/],
      ['a divergence right after the best epoch', { schedule: diverging(3) }, { epochs: 8 }, /diverged in epoch [34]:/],
      ['a divergence in the last epoch', { schedule: diverging(5) }, { epochs: 6 }, null],
    ]

    it('gives the best parameters in whichever way the fit ends', async () => {
      for (const [how, setup, fit, thrown] of ends) {
        for (const method of ['fit', 'fitSync'] as const) {
          for (const validationData of [undefined, { x, y }]) {
            const trainer = newTrainer(setupOf(backend, JUMP, setup))
            const training = async () =>
              await trainer[method](x, y, { ...FULL, earlyStopping: restoring, validationData, ...fit })
            const result: unknown = await training().catch((error: unknown) => error)
            const what = `${method}, ${how}: ${result}`
            if (thrown !== null) assert.match(String(result), thrown, what)
            else if (!(result instanceof DivergenceError)) assert.equal((result as History).bestEpoch, 2, what)
            if (result instanceof DivergenceError) {
              assert.equal(result.history.bestEpoch, 2, what)
              assert.match(result.message, /\. The parameters after epoch 2, the best ones, are kept\. Try /)
            }
            sameBits(trainer.network.parameters, parametersAfter(3, setupOf(backend), FULL), what)
          }
        }
      }
    })

    it('keeps the initial parameters where the first epoch diverges', () => {
      const trainer = newTrainer(setupOf(backend, [1e300]))
      const before = trainer.network.parameters.slice()
      assert.throws(
        () => trainer.fitSync(x, y, { batchSize: 4, epochs: 8, earlyStopping: restoring }),
        (error) =>
          error instanceof DivergenceError &&
          error.epoch === 0 &&
          error.history.bestEpoch === undefined &&
          error.message.includes(". The parameters and the optimizer's state from before that epoch are kept. "),
      )
      sameBits(trainer.network.parameters, before, 'parameters')
    })

    it('gives each member of an ensemble its own best parameters', async () => {
      const layers = [{ units: 5, activation: 'tanh' } as const, { units: OUTPUTS }]
      const seeds = [3, 1, 7, 4]
      // Factors of JUMP: one diverges with the jump, one does not learn, two learn.
      const factors = [1, 1e200, 0.01, 0.5]
      const schedule = { name: 'step', stepSize: 3, gamma: 300 } as const
      const optimizer = (learningRate: number | number[]) => ({ name: 'sgd', learningRate }) as never
      for (const method of ['fit', 'fitSync'] as const) {
        for (const onEpoch of [undefined, ({ epoch }: { epoch: number }) => epoch !== 6]) {
          const fit = { ...FULL, epochs: 8, earlyStopping: { patience: 5, restoreBest: true } }
          const ensemble = new Ensemble({ inputs: INPUTS, layers, seeds })
          const rates = factors.map((factor) => 0.1 * factor)
          const together = new Trainer(ensemble, {
            loss: 'meanSquaredError',
            optimizer: optimizer(rates),
            schedule,
            backend,
          })
          const { members } = await together[method](x, y, { ...fit, onEpoch })
          members.forEach((result, i) => {
            const network = new Network({ inputs: INPUTS, layers, seed: seeds[i] })
            const alone = new Trainer(network, {
              loss: 'meanSquaredError',
              optimizer: optimizer(rates[i]),
              schedule,
              backend,
            })
            let expected: unknown
            try {
              expected = alone.fitSync(x, y, { ...fit, onEpoch })
            } catch (error) {
              expected = error
            }
            assert.deepEqual(result, expected, `member ${i}`)
            sameBits(ensemble.members[i].parameters, network.parameters, `member ${i}`)
          })
          assert.ok(members.some((one) => one instanceof DivergenceError))
          assert.ok(members.some((one) => !(one instanceof DivergenceError)))
        }
      }
    })

    it('gives a member that diverges its best parameters before onEpoch is called', () => {
      const ensemble = new Ensemble({ inputs: INPUTS, layers: [{ units: OUTPUTS }], seeds: [1, 2] })
      const optimizer = { name: 'sgd', learningRate: [0.1, 30] } as const
      const trainer = new Trainer(ensemble, { loss: 'meanSquaredError', optimizer, backend })
      const seen: string[] = []
      const { members } = trainer.fitSync(x, y, {
        ...FULL,
        epochs: 300,
        earlyStopping: { patience: 1000, restoreBest: true },
        onEpoch: () => void seen.push(ensemble.members[1].digest()),
      })
      const [, stopped] = members
      assert.ok(stopped instanceof DivergenceError && stopped.epoch > 2)
      assert.equal(stopped.history.bestEpoch, 0)
      assert.equal(seen[stopped.epoch], seen[0])
      assert.notEqual(seen[stopped.epoch - 1], seen[0])
      assert.equal(ensemble.members[1].digest(), seen[0])
    })

    it('gives the best parameters of any course of rates', () => {
      const courses = fc.record({
        rates: fc.array(fc.constantFrom(0, 0.01, 0.1, 0.5, 3, 40, 1e300), { minLength: 1, maxLength: 8 }),
        batchSize: fc.constantFrom(4, ROWS),
        patience: fc.constantFrom(1, 2, 100),
        monitor: fc.constantFrom('loss', 'validationLoss', 'rootMeanSquaredError'),
      })
      fc.assert(
        fc.property(courses, ({ rates, batchSize, patience, monitor }) => {
          const metrics = ['rootMeanSquaredError'] as const
          const trainer = newTrainer(setupOf(backend, rates, { metrics }))
          const start = trainer.network.parameters.slice()
          let history: History
          try {
            history = trainer.fitSync(x, y, {
              epochs: rates.length,
              batchSize,
              validationData: valid,
              earlyStopping: { monitor, patience, restoreBest: true } as never,
            })
          } catch (error) {
            if (!(error instanceof DivergenceError)) throw error
            history = error.history
          }
          const { monitored, bestEpoch } = history
          assert.ok(monitored !== undefined)
          assert.equal(monitored.length, history.epochs)
          if (history.epochs === 0) {
            assert.equal(bestEpoch, undefined)
            sameBits(trainer.network.parameters, start, 'start')
            return
          }
          const best = Math.min(...monitored)
          assert.equal(bestEpoch, monitored.indexOf(best))
          const data = monitor === 'validationLoss' ? valid : { x, y }
          const now = trainer.evaluate(data.x, data.y)
          sameNumber(monitor === 'rootMeanSquaredError' ? now.rootMeanSquaredError! : now.loss, best, monitor)
        }),
        { numRuns: 100 },
      )
    })
  })
}
