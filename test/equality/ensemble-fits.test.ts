/** An ensemble's fits with everything between epochs: each member as the same network trained alone. */
import assert from 'node:assert/strict'
import {
  DivergenceError,
  Ensemble,
  type EnsembleProgress,
  type FitOptions,
  Network,
  type Progress,
  type ScheduleOption,
  Trainer,
} from 'lockstep-nn'
import { sameBits, sameNumber } from '../support/bits.js'
import { INPUTS, OUTPUTS, task } from '../support/learning.js'
import { paths } from '../support/paths.js'

const layers = [{ units: 5, activation: 'tanh' } as const, { units: OUTPUTS }]
const SEEDS = [3, 1, 2 ** 52, 7, 0]
const RATES = [0.2, 0.02, 0.3, 1e200, 0.1]
const ORDERS = [1, 2, 3, 4, 5]
const { x, y } = task(23)
const valid = { x, y: y.map((value) => 1 - value) }
const metrics = ['accuracy', 'rootMeanSquaredError'] as const

interface Setup {
  readonly backend: string
  readonly schedule?: ScheduleOption
  readonly rates?: readonly number[]
}

const optimizerOf = (rate: number | readonly number[] | undefined, momentum = 0.5) =>
  ({ name: 'sgd', momentum, ...(rate === undefined ? {} : { learningRate: rate }) }) as const

function together({ backend, schedule, rates }: Setup) {
  const ensemble = new Ensemble({ inputs: INPUTS, layers, seeds: SEEDS })
  const optimizer = optimizerOf(rates)
  return new Trainer(ensemble, { loss: 'meanSquaredError', optimizer, backend, schedule, metrics })
}

function alone({ backend, schedule, rates }: Setup, i: number) {
  const network = new Network({ inputs: INPUTS, layers, seed: SEEDS[i] })
  const optimizer = optimizerOf(rates?.[i]) as never
  return new Trainer(network, { loss: 'meanSquaredError', optimizer, backend, schedule, metrics })
}

type Fit = Omit<FitOptions, 'onEpoch' | 'seed'>

/** Trains both ways, and compares all reports. */
async function check(setup: Setup, fit: Fit): Promise<(number | string)[]> {
  const trainer = together(setup)
  const progress: EnsembleProgress[] = []
  const { members, backend } = await trainer.fit(x, y, {
    ...fit,
    seed: ORDERS,
    onEpoch: (one) => void progress.push(one),
  })
  assert.equal(backend, setup.backend)
  const without = together(setup)
  without.fitSync(x, y, { ...fit, seed: ORDERS })
  sameBits(without.network.parameters, trainer.network.parameters, 'without onEpoch')
  sameBits(without.optimizerState, trainer.optimizerState, 'without onEpoch')
  const states: number[] = []
  const ends = members.map((result, i) => {
    const one = alone(setup, i)
    const seen: Progress[] = []
    let expected: unknown
    try {
      expected = one.fitSync(x, y, { ...fit, seed: ORDERS[i], onEpoch: (report) => void seen.push(report) })
    } catch (error) {
      expected = error
    }
    assert.deepEqual(result, expected, `member ${i}`)
    sameBits(trainer.network.members[i].parameters, one.network.parameters, `member ${i}`)
    states.push(...one.optimizerState)
    const reports = progress.flatMap(({ epoch, epochs, members: all }) =>
      all[i] === null ? [] : [{ epoch, epochs, ...all[i] }],
    )
    assert.deepEqual(reports, seen, `reports of member ${i}`)
    return result instanceof DivergenceError ? `diverged in ${result.epoch}` : result.epochs
  })
  sameBits(trainer.optimizerState, Float64Array.from(states), 'optimizerState')
  return ends
}

for (const backend of paths) {
  describe(`an ensemble on ${backend}`, () => {
    const rates = RATES

    it('stops each member by itself, early or by its divergence', async () => {
      for (const restoreBest of [true, false]) {
        const earlyStopping = { patience: 2, restoreBest }
        const ends = await check({ backend, rates }, { epochs: 12, batchSize: 4, validationData: valid, earlyStopping })
        assert.equal(ends[3], 'diverged in 0')
        assert.ok(new Set(ends).size >= 3, `all end alike: ${ends}`)
      }
    })

    it('has schedules, weights and validation for all', async () => {
      const sampleWeight = Float64Array.from({ length: 23 }, (_, i) => (i % 4) / 2)
      const fit: Fit = { epochs: 6, batchSize: 4, validationSplit: 0.2, sampleWeight, classWeight: [1, 2] }
      const schedules: ScheduleOption[] = [
        { name: 'oneCycle' },
        { name: 'reduceOnPlateau', patience: 0, threshold: 0.1, warmup: 1.5 },
      ]
      for (const schedule of schedules) await check({ backend, rates: [0.2, 0.02, 0.3, 0.4, 0.1], schedule }, fit)
      await check({ backend, schedule: (step) => 1 / (5 + step) }, fit)
    })

    it('continues after the last epoch of the fit before', async () => {
      const setup: Setup = {
        backend,
        rates: [0.2, 0.02, 0.3, 0.4, 0.1],
        schedule: { name: 'reduceOnPlateau', patience: 0, threshold: 0.05 },
      }
      const [whole, parts] = [together(setup), together(setup)]
      whole.fitSync(x, y, { epochs: 5, batchSize: 4, seed: ORDERS })
      parts.fitSync(x, y, { epochs: 2, batchSize: 4, seed: ORDERS })
      await parts.partialFit(x, y, { epochs: 3, batchSize: 4, seed: ORDERS })
      sameBits(parts.network.parameters, whole.network.parameters, 'parameters')
      sameBits(parts.optimizerState, whole.optimizerState, 'optimizerState')
      sameBits(parts.scheduleState, whole.scheduleState, 'scheduleState')
      assert.equal(parts.epoch, 5)
    })
  })
}

describe('an ensemble', () => {
  it('ends for all members where onEpoch returns false', async () => {
    const trainer = together({ backend: 'typescript', rates: RATES })
    const { members } = await trainer.fit(x, y, { epochs: 9, onEpoch: ({ epoch }) => epoch < 2 })
    const ends = members.map((one) => (one instanceof DivergenceError ? 'diverged' : `${one.stopped} ${one.epochs}`))
    assert.deepEqual(ends, ['onEpoch 3', 'onEpoch 3', 'onEpoch 3', 'diverged', 'onEpoch 3'])
  })

  it('is evaluated with each metric, by member and on average', () => {
    const trainer = together({ backend: 'typescript', rates: RATES })
    const asked = ['accuracy', 'confusionMatrix', { name: 'topK', k: 1 }] as const
    const { loss, accuracy, topK, members, memberMetrics } = trainer.evaluate(x, y, { metrics: asked })
    const each = SEEDS.map((_, i) => alone({ backend: 'typescript' }, i).evaluate(x, y, { metrics: asked }))
    sameBits(
      members,
      Float64Array.from(each, (one) => one.loss),
      'losses',
    )
    const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
    sameNumber(loss, mean([...members]), 'loss')
    sameNumber(accuracy!, mean(each.map((one) => one.accuracy!)), 'accuracy')
    sameNumber(topK!, accuracy!, 'topK')
    assert.deepEqual(
      memberMetrics,
      each.map(({ loss: _, ...rest }) => rest),
    )
    assert.equal(memberMetrics[0].confusionMatrix!.length, 4)
  })
})
