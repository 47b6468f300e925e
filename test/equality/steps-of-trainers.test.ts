/** `trainer.step` in turn with everything else that a trainer does: the bits of `partialFitSync`, on every backend. */
import assert from 'node:assert/strict'
import fc, { type Arbitrary } from 'fast-check'
import {
  DivergenceError,
  Ensemble,
  type History,
  Network,
  type OptimizerOption,
  type ScheduleOption,
  Trainer,
} from 'lockstep-nn'
import { withoutInitializers } from '#lib/network/initialize.js'
import { cases } from '../support/arbitraries.js'
import { sameBits } from '../support/bits.js'
import { type Case, dataOf, parametersOf, targetColumnsOf, weightsOf } from '../support/case.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { errorOf } from '../support/error-of.js'
import { paths } from '../support/paths.js'

const SCHEDULES: readonly (ScheduleOption | undefined)[] = [
  undefined,
  { name: 'exponential', gamma: 0.7, warmup: 3 },
  (step, epoch) => 0.01 / (1 + step + epoch),
  { name: 'reduceOnPlateau', patience: 0, threshold: 0.1, cooldown: 1 },
  { name: 'reduceOnPlateau', patience: 1, warmup: 2 },
]

type Operation =
  | { readonly kind: 'step'; readonly rows: number; readonly weighted: boolean }
  | { readonly kind: 'fit' | 'fitSync' | 'partialFit' | 'state' | 'parameters' | 'failure' }
  | { readonly kind: 'rate'; readonly rate: number }

const rows = fc.oneof(fc.constantFrom(1, 2, 3, 5, 8), fc.integer({ min: 1, max: 70 }))
const operation: Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('step'), rows, weighted: fc.boolean() }) as Arbitrary<Operation>,
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('fit', 'fitSync', 'partialFit', 'state', 'parameters', 'failure'),
    }) as Arbitrary<Operation>,
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('rate'), rate: fc.constantFrom(1e-4, 0.01, 0.3) }) as Arbitrary<Operation>,
  },
)

interface Drawn {
  readonly drawn: Case
  readonly schedule: ScheduleOption | undefined
  readonly members: number
  readonly operations: readonly Operation[]
}

const all: Arbitrary<Drawn> = fc.record({
  drawn: cases,
  schedule: fc.constantFrom(...SCHEDULES),
  members: fc.constantFrom(1, 1, 3),
  operations: fc.array(operation, { minLength: 2, maxLength: 14, size: 'max' }),
})

function trainerOf({ drawn, schedule, members }: Drawn, backend: string): Trainer {
  const { inputs, start, loss, threads } = drawn
  const layers = 'values' in start ? withoutInitializers(drawn.layers) : drawn.layers
  const { learningRate: _, ...unrated } =
    typeof drawn.optimizer === 'string' ? { name: drawn.optimizer } : (drawn.optimizer as { learningRate?: number })
  const optimizer = typeof schedule === 'function' ? (unrated as OptimizerOption) : drawn.optimizer
  const options = { loss, optimizer, schedule, backend, threads }
  if (members > 1) {
    const seeds = Array.from({ length: members }, (_, i) => i)
    const ensemble = new Ensemble({ inputs, layers: withoutInitializers(layers), seeds })
    return new Trainer<Ensemble>(ensemble, options as never) as unknown as Trainer
  }
  if ('values' in start)
    return new Trainer(new Network({ inputs, layers, parameters: parametersOf(drawn, start) }), options)
  return new Trainer(new Network({ inputs, layers, ...start }), options)
}

/** What an operation gives: losses, or the message of its error. */
async function outcomeOf(call: () => unknown): Promise<string | number[]> {
  let losses: number[] = []
  const error = await errorOf(async () => {
    const result = await call()
    if (typeof result === 'number') losses = [result]
    else if (result instanceof Float64Array) losses = [...result]
    else if (typeof result === 'object' && result !== null) {
      const { members = [result as History] } = result as { members?: readonly (History | DivergenceError)[] }
      losses = members.map((one) => (one instanceof DivergenceError ? NaN : one.loss[0]))
    }
  })
  if (error === null) return losses
  assert.ok(error instanceof Error)
  return `${error.name}: ${error.message}`
}

/** Returns the number of steps, by whether they were finite. */
async function check(given: Drawn, path: string): Promise<{ finite: number; diverged: number }> {
  const { drawn, operations, schedule, members } = given
  const [stepped, fitted] = [trainerOf(given, path), trainerOf(given, 'typescript')]
  const whole = dataOf(drawn)
  const weights = weightsOf(drawn)
  const columns = targetColumnsOf(drawn)
  const part = (count: number) => {
    const x = whole.x.slice(0, count * drawn.inputs)
    return { count: x.length / drawn.inputs, x, y: whole.y.slice(0, count * columns) }
  }
  const counts = { finite: 0, diverged: 0 }
  for (const [at, one] of operations.entries()) {
    const both = (train: (trainer: Trainer) => unknown) => [() => train(stepped), () => train(fitted)] as const
    let calls: readonly (() => unknown)[]
    if (one.kind === 'step') {
      const { count, x, y } = part(one.rows)
      const weighted = one.weighted && weights.length > 0 ? { sampleWeight: weights.slice(0, count) } : {}
      calls = [
        () => stepped.step(x, y, weighted),
        () => fitted.partialFitSync(x, y, { batchSize: count, shuffle: false, ...weighted }),
      ]
    } else if (one.kind === 'rate') {
      calls =
        typeof schedule === 'function' ? [] : both((trainer) => void Object.assign(trainer, { learningRate: one.rate }))
    } else if (one.kind === 'failure') {
      calls = both((trainer) => void trainer.step(whole.x, new Float64Array(0)))
    } else if (one.kind === 'state') {
      calls = both((trainer) => {
        trainer.optimizerState = new Float64Array(trainer.optimizerState.length)
      })
    } else if (one.kind === 'parameters') {
      calls = both(
        (trainer) => void trainer.network.parameters.set(trainer.network.parameters.map((value) => value / 2)),
      )
    } else {
      const method = one.kind
      calls = both((trainer) => trainer[method](whole.x, whole.y, { batchSize: 7, seed: at }))
    }
    const outcomes: (string | number[])[] = []
    for (const call of calls) outcomes.push(await outcomeOf(call))
    const where = `operation ${at}, ${one.kind}`
    if (outcomes.length === 2) {
      // A step of an ensemble whose members all diverge throws; a fit has their errors.
      const [actual, expected] = outcomes
      const throws = members > 1 && typeof actual === 'string' && Array.isArray(expected)
      assert.deepEqual(throws ? [NaN, NaN, NaN] : actual, expected, where)
    }
    if (one.kind === 'step') {
      if (Array.isArray(outcomes[0])) counts.finite++
      else if (outcomes[0].startsWith('DivergenceError')) counts.diverged++
    }
    sameBits(stepped.network.parameters, fitted.network.parameters, where)
    sameBits(stepped.optimizerState, fitted.optimizerState, where)
    sameBits(stepped.scheduleState, fitted.scheduleState, where)
    assert.equal(stepped.epoch, fitted.epoch, where)
  }
  return counts
}

describe('a step of a trainer', () => {
  for (const path of paths) {
    it(`has the bits of partialFitSync for one batch, whatever comes before it, on ${path}`, async () => {
      let [finite, diverged] = [0, 0]
      await fc.assert(
        fc.asyncProperty(all, async (given) => {
          const counts = await check(given, path)
          finite += counts.finite
          diverged += counts.diverged
        }),
        { numRuns: drawCount(300) },
      )
      assert.ok(finite >= leastCount(800) && diverged >= leastCount(20), `${finite} finite, ${diverged} diverged`)
    }).timeout(300_000)
  }
})
