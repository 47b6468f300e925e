/** Spaces of searches: the parameters that they have, and the options of a draw. */
import assert from 'node:assert/strict'
import type { NetworkOptions, TrainerOptions } from 'lockstep-nn'
import { Network } from 'lockstep-nn'
import type { ModelFitOptions } from 'lockstep-nn/data'
import { spaceFromJson } from '#lib/search/space/json.js'
import { choice, integer, logUniform, uniform } from '#lib/search/space/makers.js'
import { Parameter } from '#lib/search/space/parameter.js'
import { canonicalSpace, readSpace } from '#lib/search/space/read-space.js'
import type { Drawn, Searchable } from '#lib/search/space/searchable.js'
import { networkSpace } from '../support/spaces.js'

const namesOf = (given: unknown) => readSpace(given, 'space').parameters.map(({ name }) => name)

describe('a space', () => {
  it('has the parameters of all levels, those of a value after its choice, keys in alphabetical order', () => {
    const { parameters } = readSpace(networkSpace(), 'space')
    assert.deepEqual(
      parameters.map(({ name, condition }) => [name, condition]),
      [
        ['fit.batchSize', null],
        ['network.layers', null],
        ['network.layers#1[0].units', { parameter: 'network.layers', index: 1 }],
        ['trainer.optimizer.learningRate', null],
      ],
    )
    assert.deepEqual(parameters[2].distribution, { kind: 'integer', low: 8, high: 64, step: 1, log: false })
  })

  it('names each parameter by a path that no other has', () => {
    const x = uniform(0, 1)
    assert.deepEqual(namesOf(x), ['space'])
    assert.deepEqual(namesOf(choice([choice([x, 1]), { y: x }])), ['space', 'space#0', 'space#0#0', 'space#1.y'])
    assert.deepEqual(namesOf([x, { x }]), ['[0]', '[1].x'])
    const keys = { 'a.b': x, a: { b: x }, 'a#0': x, größe: x, 'learning-rate': x, '': x, '0': x, constructor: x }
    assert.deepEqual(namesOf(keys), [
      '[""]',
      '["0"]',
      'a.b',
      '["a#0"]',
      '["a.b"]',
      'constructor',
      'größe',
      'learning-rate',
    ])
    assert.deepEqual(namesOf(JSON.parse('{ "__proto__": 1, "a": { "__proto__": 2 } }')), [])
    const own = Object.defineProperty({}, '__proto__', { value: x, enumerable: true })
    const space = readSpace(own, 'space')
    const [{ name }] = space.parameters
    assert.equal(name, '["__proto__"]')
    const options = space.resolve({ [name]: 0.5 }) as object
    assert.deepEqual(Object.entries(options), [['__proto__', 0.5]])
    assert.equal(Object.getPrototypeOf(options), Object.prototype)
  })

  it('puts the drawn values in their places', () => {
    const space = readSpace(networkSpace(), 'space')
    const draw = {
      'fit.batchSize': 1,
      'network.layers': 1,
      'network.layers#1[0].units': 12,
      'trainer.optimizer.learningRate': 0.01,
    }
    assert.deepEqual(space.resolve(draw), {
      network: { inputs: 7, layers: [{ units: 12, activation: 'tanh' }, { units: 1 }] },
      trainer: { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: 0.01 } },
      fit: { epochs: 100, batchSize: 32 },
    })
    const other = { 'fit.batchSize': 0, 'network.layers': 0, 'trainer.optimizer.learningRate': 0.1 }
    const { network } = space.resolve(other) as { network: NetworkOptions }
    assert.deepEqual(network.layers, [{ units: 16, activation: 'relu' }, { units: 1 }])
    assert.equal(new Network(network).outputs, 1)
  })

  it('shares what no parameter changes, and freezes it', () => {
    const space = readSpace({ fixed: { list: [1, { deep: true }] }, x: uniform(0, 1), c: choice([{ a: 1 }]) }, 'space')
    type Options = { fixed: { list: [number, object] }; x: number; c: object }
    const [first, second] = [0.1, 0.2].map((x) => space.resolve({ x, c: 0 }) as Options)
    assert.equal(first.fixed, second.fixed)
    assert.equal(first.c, second.c)
    assert.deepEqual([first.x, second.x], [0.1, 0.2])
    // The rest is of one trial alone.
    first.x = 7
    assert.equal((space.resolve({ x: 0.2, c: 0 }) as Options).x, 0.2)
    for (const part of [first.fixed, first.fixed.list, first.fixed.list[1], first.c, space, space.parameters]) {
      assert.ok(Object.isFrozen(part))
    }
  })

  it('is a copy: later changes of what was given change nothing', () => {
    const values = Float64Array.of(1, 2)
    const given = { list: [1, 2], values, units: choice([1, 2]) }
    const space = readSpace(given, 'space')
    given.list.push(3)
    values[0] = 9
    assert.deepEqual(space.resolve({ units: 1 }), { list: [1, 2], values: Float64Array.of(1, 2), units: 2 })
  })

  it('omits options that are undefined, and takes undefined as a value of a choice', () => {
    const space = readSpace({ a: undefined, stop: choice([undefined, { patience: 3 }]) }, 'space')
    assert.deepEqual(space.resolve({ stop: 0 }), { stop: undefined })
    assert.deepEqual(space.resolve({ stop: 1 }), { stop: { patience: 3 } })
    assert.equal('a' in (space.resolve({ stop: 0 }) as object), false)
  })

  it('treats one parameter in two places as two', () => {
    const units = integer(1, 9)
    assert.deepEqual(namesOf({ a: units, b: units }), ['a', 'b'])
  })

  it('ends a range of integers at the last value that the step reaches', () => {
    const { distribution } = integer(0, 10, { step: 4 })
    assert.deepEqual(distribution, { kind: 'integer', low: 0, high: 8, step: 4, log: false })
  })

  it('has the same text and parameters whatever the order of keys', () => {
    const { network, trainer, fit } = networkSpace()
    const space = readSpace({ network, trainer, fit }, 'space')
    const other = readSpace({ fit: { batchSize: fit.batchSize, epochs: 100 }, trainer, network }, 'space')
    assert.equal(canonicalSpace(space), canonicalSpace(other))
    assert.deepEqual(space.parameters, other.parameters)
    assert.equal(
      canonicalSpace(other),
      '{"fit":{"batchSize":{"$choice":[16,32]},"epochs":100},"network":{"inputs":7,"layers":{"$choice":[[{"activation":"relu","units":16},{"units":1}],[{"activation":"tanh","units":{"$integer":[8,64]}},{"units":1}]]}},"trainer":{"loss":"meanSquaredError","optimizer":{"learningRate":{"$logUniform":[0.0001,0.1]},"name":"adam"}}}',
    )
  })

  it('is the same after its text was written and read', () => {
    const given = {
      $price: 1,
      $$: { $x: uniform(-0, 1) },
      numbers: [NaN, Infinity, -Infinity, -0, 0.1 + 0.2, 5e-324],
      values: Float64Array.of(1, NaN, -0),
      stop: choice([undefined, null, { n: integer(0, 10, { step: 4 }), w: integer(1, 9, { log: true }) }]),
      one: { $choice: [1], b: 2 },
    }
    const space = readSpace(given, 'space')
    const text = canonicalSpace(space)
    const again = readSpace(spaceFromJson(JSON.parse(text), 'space'), 'space')
    assert.equal(canonicalSpace(again), text)
    assert.deepEqual(again.parameters, space.parameters)
    const draw = { stop: 2, 'stop#2.n': 4, 'stop#2.w': 3, '["$$"].$x': 0.5, '$$.$x': 0.5 }
    assert.deepEqual(again.resolve(draw), space.resolve(draw))
    // Written by a program that knows nothing of spaces.
    const plain = JSON.parse(JSON.stringify(networkSpace()))
    const read = readSpace(spaceFromJson(plain, 'space'), 'space')
    assert.equal(canonicalSpace(read), canonicalSpace(readSpace(networkSpace(), 'space')))
  })

  it('takes plain objects of other realms and without a prototype', async () => {
    const { runInNewContext } = await import('node:vm')
    const given = runInNewContext('({ a: [1, { b: 2 }], c: new Float64Array(2) })')
    assert.deepEqual(readSpace(given, 'space').resolve({}), { a: [1, { b: 2 }], c: new Float64Array(2) })
    const bare = Object.assign(Object.create(null), { x: 1 })
    assert.deepEqual(readSpace(bare, 'space').resolve({}), { x: 1 })
  })
})

describe('a parameter', () => {
  it('cannot be changed', () => {
    const values = [1, 2]
    const parameter = choice(values)
    values.push(3)
    assert.deepEqual(parameter.distribution, { kind: 'choice', values: [1, 2] })
    const { distribution } = parameter
    assert.ok(Object.isFrozen(parameter) && Object.isFrozen(distribution))
    assert.ok(distribution.kind === 'choice' && Object.isFrozen(distribution.values))
    assert.ok(parameter instanceof Parameter)
  })

  it('has the type of its values, so that a space is checked as options', () => {
    const network: Searchable<NetworkOptions> = networkSpaceTyped.network
    const trainer: Searchable<TrainerOptions> = networkSpaceTyped.trainer
    const model: Searchable<ModelFitOptions> = {
      target: 'price',
      hidden: choice([[16], [32, 16]]),
      fit: { epochs: integer(10, 100), earlyStopping: choice([undefined, { patience: integer(2, 9) }]) },
      trainer: { optimizer: choice([{ name: 'adam', learningRate: logUniform(1e-4, 1e-2) }, 'sgd']) },
    }
    const drawn: Drawn<{ a: Parameter<number>; b: readonly [Parameter<'x' | 'y'>, 3] }> = { a: 1, b: ['y', 3] }
    const wrong = [
      // @ts-expect-error: a number is expected.
      { inputs: choice(['7']), layers: [] } satisfies Searchable<NetworkOptions>,
      // @ts-expect-error: no activation has this name.
      { inputs: 7, layers: [{ units: 1, activation: choice(['relu', 'rleu']) }] } satisfies Searchable<NetworkOptions>,
      // @ts-expect-error: functions are not part of a space.
      { loss: 'huber', optimizer: 'adam', schedule: () => 1 } satisfies Searchable<TrainerOptions>,
    ]
    assert.equal([network, trainer, model, drawn, ...wrong].length, 7)
  })
})

/** As a user writes it, without types of options around it. */
const networkSpaceTyped = {
  network: {
    inputs: 7,
    layers: choice([
      [{ units: 16, activation: 'relu' }, { units: 1 }],
      [{ units: integer(8, 64), activation: choice(['tanh', 'gelu']) }, { units: 1 }],
    ]),
  },
  trainer: {
    loss: choice(['meanSquaredError', 'huber']),
    optimizer: { name: 'adam', learningRate: logUniform(1e-4, 1e-1), beta1: uniform(0.8, 0.99) },
  },
} satisfies { network: Searchable<NetworkOptions>; trainer: Searchable<TrainerOptions> }
