/** The importance of a study's parameters: Optuna's numbers, and those of functions whose answer is known. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Draw, Trial } from '#lib/search/space/trial.js'
import { importanceOf } from '#lib/search/study/importance.js'
import { rankedTrials } from '#lib/search/study/order.js'
import { ROOT } from '../support/child.js'
import { rowTests } from '../support/rows.js'
import { choice, drawnStudy, randomOf, spaceOf, trialOf, uniform } from '../support/studies.js'

interface Fixture {
  readonly studies: readonly {
    readonly better: 'lower' | 'higher'
    readonly trials: readonly (readonly [draw: Draw, value: number])[]
    readonly importance: Readonly<Record<string, number>>
  }[]
}

const FIXTURE: Fixture = JSON.parse(readFileSync(join(ROOT, 'test', 'fixtures', 'importance.json'), 'utf8'))

/** The space of make_importance.py. */
const SPACE = spaceOf(
  choice('kind', 'a', 'b', 'c'),
  choice('fixed', 'only'),
  uniform('shift', -3, 5),
  { name: 'rate', distribution: { kind: 'logUniform', low: 1e-4, high: 1e-1 }, condition: null },
  {
    name: 'units',
    distribution: { kind: 'integer', low: 3, high: 40, step: 4, log: false },
    condition: { parameter: 'kind', index: 0 },
  },
  {
    name: 'rows',
    distribution: { kind: 'integer', low: 1, high: 500, step: 1, log: true },
    condition: { parameter: 'kind', index: 1 },
  },
  { name: 'seed', distribution: { kind: 'integer', low: 0, high: 1000, step: 1, log: false }, condition: null },
)

const byName = (data: Parameters<typeof importanceOf>[0]): Record<string, number> =>
  Object.fromEntries(importanceOf(data).map(({ parameter, importance }) => [parameter, importance]))

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

describe('the importance of parameters', () => {
  const row = rowTests()

  /** The importance of the numbers relative to each other: that of choices is not Optuna's (lib/search/study/parzen.ts). */
  function amongNumbers(importance: Readonly<Record<string, number>>): [name: string, share: number][] {
    const numbers = SPACE.parameters.filter(({ distribution }) => distribution.kind !== 'choice')
    const found = numbers.map(({ name }) => importance[name] ?? 0)
    return numbers.map(({ name }, i) => [name, found[i] / sumOf(found)])
  }
  for (const { better, trials, importance } of FIXTURE.studies) {
    row('of numbers is that of PED-ANOVA in Optuna, for every kind', `${trials.length} trials, ${better}`, () => {
      const data = { space: SPACE, better, trials: trials.map(([draw, value], i) => trialOf(i, draw, value)) }
      const expected = Object.fromEntries(amongNumbers(importance))
      for (const [name, share] of amongNumbers(byName(data))) {
        assert.ok(Math.abs(share - expected[name]) < 1e-12, `${name}: ${share}, of Optuna ${expected[name]}`)
      }
    })
  }

  /** Trials with two uniform parameters, a choice of three, and one that only its first value has. */
  const space = spaceOf(uniform('x'), uniform('y'), choice('c', 'a', 'b', 'd'), {
    ...uniform('z'),
    condition: { parameter: 'c', index: 0 },
  })
  const drawn = (count: number, valueAt: (draw: Draw) => number): Trial[] => {
    const random = randomOf(3)
    return Array.from({ length: count }, (_, i) => {
      const c = Math.floor(3 * random())
      const draw = { x: random(), y: random(), c, ...(c === 0 ? { z: random() } : {}) }
      return trialOf(i, draw, valueAt(draw))
    })
  }
  // By hand: with p uniform on a share s of q, Σ q (p / q - 1)² is 1 / s - 1. A number whose least 30 % are best has 2.33,
  // one of three values of a choice 2; within a third of the trials the former is 7.
  const functions: readonly [
    name: string,
    valueAt: (draw: Draw) => number,
    expected: Record<string, [number, number]>,
  ][] = [
    ['one number', ({ x }) => x, { x: [0.97, 1], y: [0, 0.02], c: [0, 0.02], z: [0, 0.02] }],
    ['the middle of one number', ({ y }) => (y - 0.5) ** 2, { y: [0.97, 1], x: [0, 0.02] }],
    ['two numbers alike', ({ x, y }) => x + y, { x: [0.4, 0.6], y: [0.4, 0.6], c: [0, 0.02] }],
    ['a choice, and a little noise', ({ c, x }) => (c === 1 ? 0 : 1) + x / 1e9, { c: [0.43, 0.49], x: [0.51, 0.57] }],
    [
      'a number that a third has',
      ({ c, z }) => (c === 0 ? 1 - z : 2),
      { z: [0.75, 0.81], c: [0.19, 0.25], x: [0, 0.02] },
    ],
  ]
  for (const [name, valueAt, expected] of functions) {
    row('belongs to the parameters that the value depends on', name, () => {
      const found = byName({ space, better: 'lower', trials: drawn(3000, valueAt) })
      for (const [parameter, [least, most]] of Object.entries(expected)) {
        const importance = found[parameter]
        assert.ok(importance >= least && importance <= most, `${parameter}: ${JSON.stringify(found)}`)
      }
    })
  }

  it('is the same whether lower or higher values are better, where the values are negated', () => {
    const trials = drawn(200, ({ x, y }) => x + y / 3)
    const negated = trials.map((trial) => ({ ...trial, value: -(trial.value as number) }))
    assert.deepEqual(
      importanceOf({ space, better: 'higher', trials: negated }),
      importanceOf({ space, better: 'lower', trials }),
    )
  })

  it('does not depend on the order of the trials', () => {
    const { trials, ...data } = drawnStudy(150)
    assert.deepEqual(importanceOf({ ...data, trials: [...trials].reverse() }), importanceOf({ ...data, trials }))
  })

  it('is sorted, and sums to 1', () => {
    const found = importanceOf(drawnStudy(300)).map(({ importance }) => importance)
    assert.deepEqual(
      found,
      [...found].sort((a, b) => b - a),
    )
    assert.ok(Math.abs(sumOf(found) - 1) < 1e-12)
  })

  it('counts pruned trials: a parameter by which they were pruned is important', () => {
    const trials = drawn(400, ({ x }) => x).map((trial) =>
      trial.draw.x < 0.1 ? { ...trial, value: trial.draw.y } : { ...trial, state: 'pruned' as const, epochs: 3 },
    )
    assert.ok(byName({ space, better: 'lower', trials }).x > 0.9)
  })

  it('counts failed trials as the worst', () => {
    const trials = drawn(400, ({ x }) => x).map((trial) =>
      trial.draw.y < 0.2 ? trial : trialOf(trial.number, trial.draw, null),
    )
    assert.ok(byName({ space, better: 'lower', trials }).y > 0.3)
  })

  const silent: readonly [name: string, trials: readonly Trial[]][] = [
    ['no trials', []],
    ['one trial', [trialOf(0, { x: 0.5, y: 0.5, c: 1 }, 1)]],
    ['equal values', drawn(30, () => 1)],
    ['failed trials only', drawn(30, () => 1).map(({ number, draw }) => trialOf(number, draw, null))],
  ]
  for (const [name, trials] of silent) {
    row('is 0 for all, in the order of the space, where nothing can be said', name, () => {
      assert.deepEqual(
        importanceOf({ space, better: 'lower', trials }),
        ['x', 'y', 'c', 'z'].map((parameter) => ({ parameter, importance: 0 })),
      )
    })
  }

  it('is empty for a space without parameters', () => {
    assert.deepEqual(importanceOf({ space: spaceOf(), better: 'lower', trials: drawn(5, ({ x }) => x) }), [])
  })
})

describe('the order of trials', () => {
  const draw = {}
  const pruned = (number: number, epochs: number, value: number) =>
    trialOf(number, draw, value, { state: 'pruned', epochs })
  const trials = [
    trialOf(0, draw, null),
    pruned(1, 3, 0.01),
    trialOf(2, draw, 0.5),
    pruned(3, 9, 0.9),
    trialOf(4, draw, 0.4),
    pruned(5, 9, 0.8),
    trialOf(6, draw, 0.5),
    trialOf(7, draw, NaN),
  ]
  const numbers = (better: 'lower' | 'higher') => rankedTrials({ trials, better }).map(({ number }) => number)

  it('has complete trials first, then those pruned after more epochs, then those without a value', () => {
    assert.deepEqual(numbers('lower'), [4, 2, 6, 5, 3, 1, 0, 7])
    assert.deepEqual(numbers('higher'), [2, 6, 4, 3, 5, 1, 0, 7])
  })
})
