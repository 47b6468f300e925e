/**
 * Schedules count steps: lengths of fractions of an epoch against exact counts, in fractions of big integers, and extreme
 * options, which end and give finite factors.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { chooseSchedule, type ScheduleOption, scheduleFactors, schedules } from '#lib/training/schedules.js'
import { sameBits } from '../support/bits.js'

type NamedSchedule = Exclude<ScheduleOption, (...all: never[]) => unknown>

function factorsOf(option: NamedSchedule, first: number, steps: number, perEpoch: number, epochs: number) {
  const schedule = chooseSchedule(option)
  assert.ok(typeof schedule !== 'function')
  return scheduleFactors(schedule, first, steps, perEpoch, epochs)
}

/** A fraction of integers, the lower one above 0. */
interface Exact {
  readonly over: bigint
  readonly under: bigint
}

const exact = (over: number | bigint, under: number | bigint = 1): Exact => ({
  over: BigInt(over),
  under: BigInt(under),
})
const minus = (a: Exact, b: Exact) => exact(a.over * b.under - b.over * a.under, a.under * b.under)
const times = (a: Exact, b: Exact) => exact(a.over * b.over, a.under * b.under)
const per = (a: Exact, b: Exact) => exact(a.over * b.under, a.under * b.over)
const before = (a: Exact, b: Exact): boolean => a.over * b.under < b.over * a.under
const larger = (a: Exact, b: Exact) => (before(a, b) ? b : a)
const whole = (a: Exact) => a.over / a.under
const number = (a: Exact): number => Number((a.over * 10n ** 20n) / a.under) / 1e20
const ONE = exact(1)

/** The double nearest to a fraction, as a user writes it. */
const written = (a: Exact): number => Number(a.over) / Number(a.under)

const cosine = (share: number): number => (1 + Math.cos(Math.PI * share)) / 2

/** The factor of a schedule of `length` steps, `at` steps after its beginning. */
type Expected = (at: Exact, length: Exact) => number

const share: Expected = (at, length) => (before(at, length) ? number(per(at, length)) : 1)

function restarting(multiplier: Exact): Expected {
  return (at, length) => {
    let [left, period] = [at, length]
    while (!before(left, period)) {
      left = minus(left, period)
      period = times(period, multiplier)
    }
    return cosine(number(per(left, period)))
  }
}

// torch.optim.lr_scheduler.OneCycleLR with max_lr 1, anneal_strategy 'linear', pct_start 1/4.
const oneCycle: Expected = (at, length) => {
  const top = larger(minus(per(length, exact(4)), ONE), exact(0))
  const last = larger(minus(length, ONE), top)
  if (before(at, top)) return 0.04 + 0.96 * number(per(at, top))
  const down = before(at, last) ? number(per(minus(at, top), minus(last, top))) : Number(before(top, last))
  return 1 + (4e-6 - 1) * down
}

/** PyTorch's schedulers, stepped once per step: StepLR, CosineAnnealingLR, CosineAnnealingWarmRestarts, … */
const CASES: readonly (readonly [(epochs: number) => NamedSchedule, Expected])[] = [
  [(stepSize) => ({ name: 'step', stepSize, gamma: 0.5 }), (at, length) => 0.5 ** Number(whole(per(at, length)))],
  [(epochs) => ({ name: 'cosine', epochs }), (at, length) => cosine(share(at, length))],
  [(epochs) => ({ name: 'polynomial', epochs, power: 2 }), (at, length) => (1 - share(at, length)) ** 2],
  [(epochs) => ({ name: 'oneCycle', epochs, peak: 0.25, anneal: 'linear' }), oneCycle],
  ...[exact(1), exact(2), exact(3, 2), exact(11, 10)].map((multiplier) => {
    const option = (epochs: number) =>
      ({ name: 'cosine', epochs, restarts: true, multiplier: written(multiplier) }) as const
    return [option, restarting(multiplier)] as const
  }),
]

const fractions = fc
  .record({ over: fc.integer({ min: 1, max: 60 }), under: fc.integer({ min: 1, max: 20 }) })
  .map(({ over, under }) => exact(over, under))

const EPOCHS = 12

describe('a schedule counts steps', () => {
  it('a stepSize of a tenth of an epoch of 10 steps is one step', () => {
    // StepLR with a step_size of 1: gamma^0, gamma^1, … gamma^9.
    assert.deepEqual(
      [...factorsOf({ name: 'step', stepSize: 0.1, gamma: 0.5 }, 0, 10, 10, 1)].map(Math.log2),
      [0, -1, -2, -3, -4, -5, -6, -7, -8, -9],
    )
  })

  it('restarts of a fifth of an epoch of 10 steps come at every second step', () => {
    // CosineAnnealingWarmRestarts with a T_0 of 2: (1 + cos 0) / 2, (1 + cos π/2) / 2, …
    const option = { name: 'cosine', epochs: 0.2, restarts: true } as const
    assert.deepEqual([...factorsOf(option, 0, 10, 10, 1)], [1, 0.5, 1, 0.5, 1, 0.5, 1, 0.5, 1, 0.5])
  })

  it('a length and a warm-up of fractions of an epoch end with the step of an exact count', () => {
    const drawn = fc.record({
      which: fc.integer({ min: 0, max: CASES.length - 1 }),
      length: fractions,
      warmup: fc.option(fractions, { nil: exact(0) }),
      perEpoch: fc.integer({ min: 1, max: 40 }),
    })
    fc.assert(
      fc.property(drawn, ({ which, length, warmup, perEpoch }) => {
        const [option, expected] = CASES[which]
        const n = exact(perEpoch)
        const begin = times(warmup, n)
        const steps = larger(times(length, n), ONE)
        const given = { ...(option(written(length)) as object), warmup: written(warmup) } as NamedSchedule
        factorsOf(given, 0, EPOCHS * perEpoch, perEpoch, EPOCHS).forEach((factor, i) => {
          const wanted = before(exact(i), begin)
            ? expected(exact(0), steps) * Math.min(number(per(exact(i + 1), begin)), 1)
            : expected(minus(exact(i), begin), steps)
          assert.ok(Math.abs(factor - wanted) <= 1e-11, `step ${i}: ${factor}, expected ${wanted}`)
        })
      }),
      { numRuns: 1500 },
    )
  })

  it('a length that is not given is the steps after the warm-up', () => {
    for (const [warmup, begin] of [
      [0.1, 1],
      [0.3, 3],
      [1.1, 11],
      [999_999.9, 9_999_999],
    ]) {
      // Of a fit of 2 epochs more than the warm-up's whole ones: polynomial falls by 1 / (the steps left) at each step.
      const epochs = Math.floor(warmup) + 2
      const left = epochs * 10 - begin
      const factors = factorsOf({ name: 'polynomial', warmup }, begin, left, 10, epochs)
      factors.forEach((factor, i) => {
        assert.ok(Math.abs(factor - (1 - i / left)) <= 1e-9, `warmup ${warmup}, step ${i}: ${factor}`)
      })
    }
  })

  it('the factors of some steps are those of all', () => {
    for (const name of Object.keys(schedules) as (keyof typeof schedules)[]) {
      const option = { name, warmup: 0.7 } as const
      const all = factorsOf(option, 0, 70, 7, 10)
      for (const first of [0, 3, 4, 35, 69]) {
        sameBits(factorsOf(option, first, 70 - first, 7, 10), all.slice(first), `${name} from ${first}`)
      }
    }
  })
})

describe('a schedule with extreme options', () => {
  /** Numbers of all sizes from the least double to the largest. */
  const positive = fc.oneof(
    fc.double({ min: -1074, max: 1023.99, noNaN: true }).map((exponent) => Math.max(2 ** exponent, 5e-324)),
    fc.constantFrom(5e-324, 1e-308, 1e-18, 0.1, 1, 1 + 2 ** -52, 2 ** 31, 1e308, Number.MAX_VALUE),
  )
  const atLeastOne = fc.oneof(
    positive.map((value) => Math.max(value, 1)),
    fc.integer({ min: 1, max: 52 }).map((digits) => 1 + 2 ** -digits),
  )
  const length = fc.oneof(fc.constant(0), positive)
  const below = fc.constantFrom(0, 5e-324, 1e-308, 0.5, 1 - 2 ** -53)
  const share = fc.constantFrom(5e-324, 1e-18, 0.3, 1 - 2 ** -53)
  const options: fc.Arbitrary<NamedSchedule> = fc.oneof(
    fc.record({ name: fc.constant('constant' as const), warmup: length }),
    fc.record({ name: fc.constant('step' as const), stepSize: positive, gamma: positive, warmup: length }),
    fc.record({ name: fc.constant('exponential' as const), gamma: positive, warmup: length }),
    fc.record({ name: fc.constant('cosine' as const), epochs: length, minimum: below, warmup: length }),
    fc.record({
      name: fc.constant('cosine' as const),
      epochs: length,
      minimum: below,
      restarts: fc.constant(true),
      multiplier: atLeastOne,
      warmup: length,
    }),
    fc.record({
      name: fc.constant('polynomial' as const),
      epochs: length,
      power: fc.constantFrom(1, 2, 2 ** 31 - 1),
      minimum: below,
      warmup: length,
    }),
    fc.record({
      name: fc.constant('oneCycle' as const),
      epochs: length,
      peak: share,
      divFactor: atLeastOne,
      finalDivFactor: atLeastOne,
      anneal: fc.constantFrom('cosine' as const, 'linear' as const),
      warmup: length,
    }),
    fc.record({ name: fc.constant('reduceOnPlateau' as const), warmup: length }),
  )

  it('gives finite factors of at least 0, at any step', () => {
    const drawn = fc.record({
      option: options,
      perEpoch: fc.constantFrom(1, 2, 10, 1000, 2 ** 31 - 1),
      epochs: fc.constantFrom(1, 2, 100, 2 ** 31 - 1),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(drawn, ({ option, perEpoch, epochs, at }) => {
        const last = epochs * perEpoch - 1
        for (const first of [0, Math.floor(at * last), last]) {
          for (const factor of factorsOf(option, first, 3, perEpoch, epochs)) {
            assert.ok(Number.isFinite(factor) && factor >= 0, `from step ${first}: ${factor}`)
          }
        }
      }),
      { numRuns: 5000 },
    )
  })

  it('counts a length of less than a step as one step', () => {
    // gamma^1, gamma^2, … as StepLR with a step_size of 1; a period of one step restarts at each step.
    const steps = factorsOf({ name: 'step', stepSize: 1e-308, gamma: 0.5 }, 0, 5, 2, 5)
    assert.deepEqual([...steps], [1, 0.5, 0.25, 0.125, 0.0625])
    const option = { name: 'cosine', restarts: true, epochs: 1e-18, multiplier: 1 + 2 ** -52 } as const
    assert.deepEqual([...factorsOf(option, 0, 5, 2, 5)], [1, 1, 1, 1, 1])
  })

  it('finds a period among very many as by adding them', () => {
    const option = { name: 'cosine', restarts: true, epochs: 1, multiplier: 1 + 2 ** -20 } as const
    // In units of 2^-100 steps.
    let [start, length] = [0n, 1000n << 100n]
    for (let k = 0; k < 2 ** 20; k++) [start, length] = [start + length, length + (length >> 20n)]
    const first = Number((start >> 100n) + 1n)
    const share = (step: number): number => number(exact((BigInt(step) << 100n) - start, length))
    factorsOf(option, first, 1000, 1000, 2 ** 22).forEach((factor, i) => {
      const wanted = cosine(share(first + i))
      assert.ok(Math.abs(factor - wanted) < 1e-5, `step ${i}: ${factor}, expected ${wanted}`)
    })
  })

  it('limits a factor that would overflow to the largest double', () => {
    assert.deepEqual([...factorsOf({ name: 'exponential', gamma: 1e200 }, 0, 3, 1, 3)], [1, 1e200, Number.MAX_VALUE])
  })
})
