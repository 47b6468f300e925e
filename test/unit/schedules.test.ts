/** The schedules against their closed forms and PyTorch's recursions, and cos against that of the engine. */
import assert from 'node:assert/strict'
import { cos } from '#lib/kernels/math.js'
import type { PlateauPlan } from '#lib/kernels/plan.js'
import { plateauStep } from '#lib/kernels/training/watch.js'
import { FRESH_PLATEAU } from '#lib/training/plateau.js'
import { chooseSchedule, type ScheduleOption, scheduleFactors, schedules } from '#lib/training/schedules.js'
import { rowTests } from '../support/rows.js'

const doubles = new Float64Array(1)
const bits = new BigInt64Array(doubles.buffer)
const placeOf = (value: number): bigint => {
  doubles[0] = value
  return bits[0] < 0n ? -(bits[0] & 0x7fffffffffffffffn) : bits[0]
}

describe('cos', () => {
  it('is within 2 doubles of Math.cos from 0 to π', () => {
    let worst = 0n
    const check = (x: number): void => {
      const far = placeOf(cos(x)) - placeOf(Math.cos(x))
      const size = far < 0n ? -far : far
      if (size > worst) worst = size
    }
    for (let i = 0; i <= 200_000; i++) check((Math.PI * i) / 200_000)
    for (const middle of [Math.PI / 4, Math.PI / 2, (3 * Math.PI) / 4]) {
      for (let k = -2000; k <= 2000; k++) check(middle + k * 2 ** -50)
    }
    assert.ok(worst <= 2n, `${worst} doubles`)
  })

  it('is exact at both ends', () => {
    assert.equal(cos(0), 1)
    assert.equal(cos(Math.PI), -1)
    assert.equal(cos(Math.PI / 2), Math.cos(Math.PI / 2))
  })
})

/** The factors of all steps of a fit. */
function factors(option: Exclude<ScheduleOption, (...all: never[]) => unknown>, epochs: number, stepsPerEpoch: number) {
  const schedule = chooseSchedule(option)
  assert.ok(typeof schedule !== 'function')
  return [...scheduleFactors(schedule, 0, epochs * stepsPerEpoch, stepsPerEpoch, epochs)]
}

function near(actual: readonly number[], expected: (step: number) => number): void {
  for (const [step, value] of actual.entries()) {
    const wanted = expected(step)
    assert.ok(Math.abs(value - wanted) <= 1e-13, `step ${step}: ${value}, expected ${wanted}`)
  }
}

const cosine = (from: number, to: number, share: number): number =>
  to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2

describe('the factors of a schedule', () => {
  const row = rowTests()
  it('constant are 1', () => near(factors('constant', 3, 4), () => 1))

  it('step fall after every stepSize epochs', () => {
    near(factors({ name: 'step', stepSize: 3, gamma: 0.5 }, 10, 2), (step) => 0.5 ** Math.floor(step / 6))
    near(factors('step', 25, 1), (step) => 0.1 ** Math.floor(step / 10))
    near(factors({ name: 'step', stepSize: 1.5, gamma: 0.5 }, 6, 2), (step) => 0.5 ** Math.floor(step / 3))
  })

  it('exponential fall with every epoch', () => {
    near(factors({ name: 'exponential', gamma: 0.9 }, 40, 3), (step) => 0.9 ** Math.floor(step / 3))
  })

  it('cosine fall once, and stay constant', () => {
    near(factors('cosine', 10, 3), (step) => cosine(1, 0, step / 30))
    near(factors({ name: 'cosine', epochs: 4, minimum: 0.1 }, 10, 3), (step) => cosine(1, 0.1, Math.min(step / 12, 1)))
  })

  it('cosine restart, in longer and longer periods', () => {
    const restarting = { name: 'cosine', restarts: true } as const
    near(factors({ ...restarting, epochs: 4 }, 20, 3), (step) => cosine(1, 0, (step % 12) / 12))
    near(factors({ ...restarting, epochs: 2, multiplier: 2 }, 14, 1), (step) => {
      const [from, length] = step < 2 ? [0, 2] : step < 6 ? [2, 4] : [6, 8]
      return cosine(1, 0, (step - from) / length)
    })
  })

  it('polynomial fall by a power', () => {
    near(factors('polynomial', 10, 2), (step) => 1 - step / 20)
    near(factors({ name: 'polynomial', epochs: 5, power: 3, minimum: 0.2 }, 10, 2), (step) =>
      step >= 10 ? 0.2 : 0.2 + 0.8 * (1 - step / 10) ** 3,
    )
  })

  // torch.optim.lr_scheduler.OneCycleLR, get_lr, with max_lr 1.
  for (const anneal of ['cosine', 'linear'] as const) {
    row('of oneCycle rise and fall', anneal, () => {
      const total = 40
      const between =
        anneal === 'cosine' ? cosine : (from: number, to: number, share: number) => (to - from) * share + from
      near(factors({ name: 'oneCycle', anneal }, 10, 4), (step) => {
        const [up, last] = [0.3 * total - 1, total - 1]
        return step <= up ? between(1 / 25, 1, step / up) : between(1, 1 / 25 / 1e4, (step - up) / (last - up))
      })
    })
  }

  it('oneCycle are in bounds for any length', () => {
    for (const epochs of [1, 2, 3]) {
      const all = factors({ name: 'oneCycle', divFactor: 10, finalDivFactor: 10 }, epochs, 1)
      assert.ok(
        all.every((value) => value >= 0.01 - 1e-15 && value <= 1),
        String(all),
      )
    }
  })

  it('rise linearly during a warm-up', () => {
    for (const name of Object.keys(schedules) as (keyof typeof schedules)[]) {
      const [warm, plain] = [factors({ name, warmup: 2 }, 12, 4), factors(name, 10, 4)]
      near(warm.slice(0, 8), (step) => (plain[0] * (step + 1)) / 8)
      assert.deepEqual(warm.slice(8), plain, name)
    }
  })

  it('are all of the warm-up if it is longer than the fit', () => {
    near(factors({ name: 'cosine', warmup: 10 }, 5, 2), (step) => (step + 1) / 20)
  })
})

describe('a plateau', () => {
  const plateau: PlateauPlan = {
    series: 0,
    higher: 0,
    factor: 0.5,
    patience: 2,
    threshold: 0.1,
    relative: 1,
    cooldown: 1,
    minimum: 0.2,
  }

  const run = (changes: Partial<PlateauPlan>, values: readonly number[]): number[] => {
    const all = { ...plateau, ...changes }
    const state = Float64Array.from(FRESH_PLATEAU)
    return values.map((value) => {
      plateauStep(state, value, all)
      return state[0]
    })
  }

  it('is tolerated for patience epochs, and followed by a cooldown', () => {
    const flat = new Array<number>(12).fill(1)
    assert.deepEqual(run({}, flat), [1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.2])
    assert.deepEqual(run({ cooldown: 0 }, flat), [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2])
  })

  it('ends with a value that is better by a share, or by a difference', () => {
    assert.deepEqual(run({ patience: 0, cooldown: 0 }, [10, 9.5, 8.9, 8.5]), [1, 0.5, 0.5, 0.25])
    assert.deepEqual(run({ patience: 0, cooldown: 0, relative: 0 }, [10, 9.95, 9.8, 9.75]), [1, 0.5, 0.5, 0.25])
    const higher = { higher: 1, patience: 0, cooldown: 0 }
    assert.deepEqual(run(higher, [0.5, 0.54, 0.56, 0.6]), [1, 0.5, 0.5, 0.25])
  })

  it('is not ended by a NaN', () => {
    assert.deepEqual(
      run({ patience: 1, cooldown: 0 }, [Number.NaN, Number.NaN, 1, 1, Number.NaN]),
      [1, 0.5, 0.5, 0.5, 0.25],
    )
  })
})
