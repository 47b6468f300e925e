/** Drawn arguments, most of them wrong: every error names its argument. */
import assert from 'node:assert/strict'
import fc, { type Arbitrary } from 'fast-check'
import { DivergenceError, metrics, Network, Trainer } from 'lockstep-nn'
import { AVERAGES } from '#lib/kernels/metrics/classes.js'
import { metricTable } from '#lib/metrics/table.js'
import { MONITORS } from '#lib/training/early-stopping.js'
import { schedules } from '#lib/training/schedules.js'
import { sameBits } from '../support/bits.js'
import { printableWrongKinds } from '../support/calls.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { activationNames, initializerNames, layerTable, lossNames, optimizerNames } from '../support/tables.js'
import { detached, newNetwork, outOfBounds, resizable } from '../support/wrong.js'

const odd = fc.oneof(
  fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
  fc.constantFrom(...printableWrongKinds()),
  fc.constantFrom(detached(4), outOfBounds(4), resizable(4)),
)

const mostly = <T>(right: Arbitrary<T>): Arbitrary<unknown> =>
  fc.oneof({ weight: 15, arbitrary: right as Arbitrary<unknown> }, { weight: 1, arbitrary: odd })

/** An object with the first of these keys, with some of the second, and sometimes with another one. */
function options(needed: Record<string, Arbitrary<unknown>>, keys: typeof needed = {}): Arbitrary<unknown> {
  const known = fc.record({ ...needed, ...keys }, { requiredKeys: Object.keys(needed) })
  const withAnother = fc.tuple(known, fc.string(), odd).map(([object, key, value]) => ({ ...object, [key]: value }))
  return fc.oneof(
    { weight: 8, arbitrary: known as Arbitrary<unknown> },
    { weight: 1, arbitrary: withAnother as Arbitrary<unknown> },
    { weight: 1, arbitrary: odd },
  )
}

const rarely = (arbitrary: Arbitrary<unknown>): Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) as Arbitrary<unknown> }, { weight: 1, arbitrary })

const count = mostly(fc.integer({ min: 0, max: 20 }))
const number = mostly(fc.oneof(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.double()))
const flag = mostly(fc.boolean())
const name = (names: readonly string[]) => mostly(fc.constantFrom(...names))

const initializer = fc.oneof(
  name(initializerNames),
  options({ name: fc.constant('uniform') }, { min: number, max: number }),
  options({ name: name(initializerNames) }, { mean: number, stddev: number }),
)
const layer = fc.oneof(
  options(
    { units: count },
    { activation: name(activationNames), weightsInitializer: initializer, biasInitializer: initializer },
  ),
  options({ units: count, activation: fc.constant('leakyRelu') }, { alpha: number }),
  options({ type: name(Object.keys(layerTable)) }, { units: count, rate: number, momentum: number, epsilon: number }),
  options({ type: fc.constant('dropout'), rate: number }),
  options({ type: fc.constant('batchNormalization') }, { activation: name(activationNames), momentum: number }),
)
const network = options(
  { inputs: count, layers: mostly(fc.array(layer, { minLength: 1, maxLength: 3 })) },
  {
    initializer: rarely(initializer),
    seed: count,
    parameters: fc.oneof(fc.constant(undefined), fc.constant(undefined), odd),
  },
)

const optimizer = fc.oneof(
  name(optimizerNames),
  options({ name: fc.constant('sgd') }, { learningRate: number, momentum: number, nesterov: flag }),
  options({ name: fc.constant('adam') }, { learningRate: number, beta1: number, beta2: number, epsilon: number }),
)
const watching = options(
  {},
  {
    metrics: rarely(
      fc.array(
        fc.oneof(
          name(Object.keys(metricTable)),
          options({ name: name(Object.keys(metricTable)) }, { threshold: number, k: count }),
        ),
        { maxLength: 3 },
      ),
    ),
    schedule: rarely(
      fc.oneof(
        name(Object.keys(schedules)),
        options({ name: name(Object.keys(schedules)) }, { epochs: number, warmup: number, patience: count }),
      ),
    ),
  },
)
const loss = fc.oneof(
  name(lossNames),
  options({ name: fc.constant('huber') }, { delta: number }),
  options({ name: name(lossNames) }, { labelSmoothing: number }),
)
const trainer = options(
  { loss, optimizer },
  {
    backend: name(['auto', 'typescript']),
    threads: mostly(fc.oneof(fc.integer({ min: 1, max: 1024 }), fc.constant('auto'))),
  },
)

const row = mostly(fc.array(number, { minLength: 2, maxLength: 2 }))
const rows = fc.oneof(
  mostly(fc.array(row, { maxLength: 3 })),
  fc.float64Array({ maxLength: 8 }) as Arbitrary<unknown>,
  fc.constant(Float64Array.of(0, 1, 1, 0)) as Arbitrary<unknown>,
)
const weights = mostly(fc.array(number, { maxLength: 3 }))
const fitting = fc.oneof(
  { weight: 4, arbitrary: fc.constant(Float64Array.of(0, 1, 1, 0)) as Arbitrary<unknown> },
  { weight: 1, arbitrary: rows },
)
const fit = options({}, { epochs: count, batchSize: count, shuffle: flag, seed: count })
const longFit = options(
  {},
  {
    epochs: count,
    batchSize: rarely(count),
    sampleWeight: rarely(weights),
    classWeight: rarely(mostly(fc.oneof(weights, options({}, { 0: number, 1: number })))),
    initialEpoch: rarely(count),
    validationSplit: rarely(number),
    validationData: rarely(
      mostly(fc.oneof(fc.tuple(fitting, fitting), options({ x: fitting, y: fitting }, { sampleWeight: weights }))),
    ),
    earlyStopping: rarely(
      options({}, { monitor: name(MONITORS), patience: count, minDelta: number, restoreBest: flag }),
    ),
    onEpoch: rarely(
      mostly(
        fc.constantFrom(
          () => false,
          () => true,
        ),
      ),
    ),
  },
)
const predict = options({
  backend: name(['auto', 'typescript']),
  output: fc.oneof(odd, fc.constant(new Float64Array(4))),
})

/** Makes a call; what it throws must be an error of the library's own. */
async function check(call: () => unknown): Promise<boolean> {
  try {
    await call()
    return true
  } catch (error) {
    if (error instanceof DivergenceError) return true
    assert.ok(error instanceof TypeError || error instanceof RangeError, String(error))
    assert.match(error.message, /^(Expected .* for .* but received .*\.|Unknown option ".*" in .*\. )/s)
    return false
  }
}

/** Checks many calls, of which some must succeed and some fail. */
async function checkAll<T>(arbitrary: Arbitrary<T>, call: (drawn: T) => unknown): Promise<void> {
  const outcomes = { taken: 0, refused: 0 }
  const property = fc.asyncProperty(arbitrary, async (drawn) => {
    outcomes[(await check(() => call(drawn))) ? 'taken' : 'refused']++
  })
  await fc.assert(property, { numRuns: drawCount(2000) })
  const least = leastCount(20)
  assert.ok(outcomes.taken >= least && outcomes.refused >= least, JSON.stringify(outcomes))
}

describe('drawn arguments are accepted, or refused by name', () => {
  it('of new Network', () => checkAll(network, (drawn) => new Network(drawn as never)))

  it('of new Trainer', () => checkAll(trainer, (drawn) => new Trainer(newNetwork(), drawn as never)))

  const wellMade = { loss: 'meanSquaredError', optimizer: 'sgd' } as const

  it('of fitSync', () =>
    checkAll(fc.tuple(rows, rows, fit), (drawn) =>
      new Trainer(newNetwork(), wellMade).fitSync(...(drawn as [never, never, never])),
    ))

  it('of fit', () =>
    checkAll(fc.tuple(rows, rows, fit), (drawn) =>
      new Trainer(newNetwork(), wellMade).fit(...(drawn as [never, never, never])),
    ))

  it('of partialFit, with a trainer of its own', () =>
    checkAll(fc.tuple(fitting, fitting, longFit, watching), (drawn) => {
      const [x, y, given, own] = drawn as [never, never, never, object]
      return new Trainer(newNetwork(), { ...own, ...wellMade }).partialFit(x, y, given)
    }))

  it('of the metrics', () => {
    const call = fc.constantFrom(...Object.values(metrics)) as Arbitrary<(...all: unknown[]) => unknown>
    const given = rarely(options({}, { outputs: count, threshold: number, average: name([...AVERAGES]) }))
    return checkAll(fc.tuple(call, fitting, fitting, given), ([metric, ...drawn]) => metric(...drawn))
  })

  it('of evaluate', () =>
    checkAll(fc.tuple(rows, rows), (drawn) =>
      new Trainer(newNetwork(), wellMade).evaluate(...(drawn as [never, never])),
    ))

  it('of predict', () =>
    checkAll(fc.tuple(rows, predict), (drawn) => newNetwork().predict(...(drawn as [never, never]))))

  it('of fromJSON', () => {
    const saved = newNetwork().toJSON()
    const keys = Object.entries(saved).map(([key, value]) => [key, mostly(fc.constant(value))])
    const damaged = fc.record(Object.fromEntries(keys) as Record<string, Arbitrary<unknown>>)
    const text = fc.tuple(fc.nat(), fc.string({ maxLength: 1 })).map(([at, other]) => {
      const whole = JSON.stringify(saved)
      return whole.slice(0, at % whole.length) + other + whole.slice((at % whole.length) + 1)
    })
    return checkAll(fc.oneof(damaged, text, odd), (drawn) => {
      const back = Network.fromJSON(drawn as never)
      sameBits(back.parameters, newNetwork().parameters, 'parameters')
    })
  })
})
