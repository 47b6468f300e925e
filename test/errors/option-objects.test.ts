/** Which objects are options, and which properties are read: for every public function that takes options. */
import assert from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import { Ensemble, metrics, Network, Trainer } from 'lockstep-nn'
import {
  labelEncoder,
  Model,
  minMaxScaler,
  oneHot,
  readCsv,
  Scaler,
  standardScaler,
  stratifiedKFold,
} from 'lockstep-nn/data'
import { errorOf } from '../support/error-of.js'
import { optionCalls } from '../support/option-calls.js'
import { pets } from '../support/pets.js'
import { rowTests } from '../support/rows.js'

/** Objects that are no options, though they have no unknown option. */
const wrongObjects: Readonly<Record<string, () => unknown>> = {
  'a Map': () => new Map([['epochs', 3]]),
  'a Set': () => new Set(),
  'a WeakMap': () => new WeakMap(),
  'a Date': () => new Date(0),
  'a RegExp': () => /x/,
  'an Error': () => new Error('x'),
  'a Float64Array': () => new Float64Array(0),
  'an ArrayBuffer': () => new ArrayBuffer(0),
  'a boxed number': () => Object(1),
  'a boxed text': () => Object(''),
  'a boxed boolean': () => Object(true),
  'an array': () => [],
  'a Map of another realm': () => runInNewContext('new Map()'),
  'a Date of another realm': () => runInNewContext('new Date(0)'),
  null: () => null,
  'a bigint': () => 1n,
}

/** Promises and other objects with `then`. */
const promises: Readonly<Record<string, () => unknown>> = {
  'a promise': () => Promise.resolve({}),
  'a promise of another realm': () => runInNewContext('Promise.resolve({})'),
  'an object of a class with then': () =>
    new (class {
      // biome-ignore lint/suspicious/noThenProperty: this object must be refused
      then() {}
    })(),
}

const isMessage = (error: unknown, name: string, pattern: RegExp): void => {
  assert.ok(error instanceof Error, 'nothing was thrown')
  assert.equal(error.name, name, error.message)
  assert.match(error.message, pattern)
}

describe('an object of options', () => {
  const row = rowTests()
  for (const [name, { where, options, call }] of Object.entries(optionCalls)) {
    const place = where.replace(/[[\]()]/g, '\\$&')

    row('is none of the other objects', name, async () => {
      for (const [kind, make] of Object.entries(wrongObjects)) {
        const error = await errorOf(() => call(make() as never))
        // These two may be arrays too, but not empty ones.
        const isList = ['validationData', 'classWeight'].includes(name) && ['an array', 'a Float64Array'].includes(kind)
        if (isList && error instanceof RangeError) continue
        isMessage(error, 'TypeError', /^Expected .* but received /)
      }
    })

    row('is no promise, which is to be awaited first', name, async () => {
      for (const make of Object.values(promises)) {
        const error = await errorOf(() => call(make() as never))
        isMessage(error, 'TypeError', new RegExp(`^Expected an object for ${place} but .* await it first\\.$`))
      }
    })

    row('has no unknown option, inherited ones included', name, async () => {
      const inherited = Object.assign(Object.create({ unheardOf: 1 }), options())
      // The keys of a trainer's or a fit's options in Model.fit are checked there.
      const pattern =
        where === 'trainer'
          ? /^Unknown option "unheardOf" in /
          : new RegExp(`^Unknown option "unheardOf" in ${place}\\.`)
      isMessage(await errorOf(() => call(inherited as never)), 'TypeError', pattern)
    })

    row('may have no prototype, be of a class, inherit its values and have symbols', name, async () => {
      const expected = JSON.stringify(await call(options() as never))
      class Options {
        constructor() {
          Object.assign(this, options())
        }
      }
      const forms = [
        Object.assign(Object.create(null), options()),
        new Options(),
        Object.create(options()),
        Object.assign(options(), { [Symbol('note')]: 1 }),
        Object.freeze(options()),
      ]
      for (const form of forms) assert.equal(JSON.stringify(await call(form as never)), expected)
    })

    row('is read once, key by key, and no unknown key is read', name, async () => {
      const given = options()
      const reads = new Map<PropertyKey, number>()
      const counting = new Proxy(given, {
        get(target, key, receiver) {
          if (key in target) reads.set(key, (reads.get(key) ?? 0) + 1)
          return Reflect.get(target, key, receiver)
        },
      })
      assert.equal(JSON.stringify(await call(counting as never)), JSON.stringify(await call(options() as never)))
      assert.deepEqual(Object.fromEntries(reads), Object.fromEntries(Object.keys(given).map((key) => [key, 1])))
    })
  }

  it('ignores properties that a script added to all objects', () => {
    Object.defineProperty(Object.prototype, 'addedToAll', { value: 1, enumerable: true, configurable: true })
    try {
      assert.equal(new Network({ inputs: 2, layers: [{ units: 1 }] }).outputs, 1)
      const own = { inputs: 2, layers: [{ units: 1 }], addedToAll: 1 }
      assert.throws(() => new Network(own as never), /^TypeError: Unknown option "addedToAll" in the network options\./)
    } finally {
      delete (Object.prototype as { addedToAll?: number }).addedToAll
    }
  })

  it('may come out of JSON with a key __proto__, which is unknown', () => {
    const given = JSON.parse('{ "units": 1, "__proto__": { "activation": "relu" } }') as never
    assert.throws(
      () => new Network({ inputs: 1, layers: [given] }),
      /^TypeError: Unknown option "__proto__" in layers\[0\]\./,
    )
  })
})

/** Arrays with a hole at index 1, by what the error must name. */
const holes: Readonly<Record<string, (hole: (...values: unknown[]) => never) => unknown>> = {
  'layers\\[1\\]': (hole) => new Network({ inputs: 2, layers: hole({ units: 2 }, { units: 1 }) }),
  'seeds\\[1\\]': (hole) => new Ensemble({ inputs: 2, layers: [{ units: 1 }], seeds: hole(1, 2) }),
  'metrics\\[1\\]': (hole) => trainer({ metrics: hole('r2', 'accuracy') }),
  'optimizer.learningRate\\[1\\]': (hole) =>
    new Trainer(ensemble(), { loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate: hole(1, 1) } }),
  'seed\\[1\\]': (hole) =>
    new Trainer(ensemble(), { loss: 'meanSquaredError', optimizer: 'sgd' }).fitSync(X, Y, { seed: hole(1, 1) }),
  'x\\[1\\]': (hole) => trainer().fitSync(hole([1, 2], [3, 4], [5, 6]), Y),
  'x\\[0\\]\\[1\\]': (hole) => trainer().fitSync([hole(1), [3, 4]], Y),
  'y\\[1\\]': (hole) => trainer().fitSync(X, hole(1, 2, 3)),
  'sampleWeight\\[1\\]': (hole) => trainer().fitSync(X, Y, { sampleWeight: hole(1, 2, 3) }),
  'classWeight\\[1\\]': (hole) => trainer().fitSync(X, Y, { classWeight: hole(1) }),
  'validationData.y': (hole) => trainer().fitSync(X, Y, { validationData: hole(X) }),
  'targets\\[1\\]\\[0\\]': (hole) => metrics.r2(hole(1, 2, 3), [1, 2, 3, 4]),
  'predictions\\[1\\]\\[0\\]': (hole) => metrics.r2([1, 2, 3, 4], hole(1, 2, 3)),
  'center\\[1\\] of the saved scaler': (hole) =>
    Scaler.fromJSON({ type: 'standardScaler', center: hole(1), scale: [1, 1] }),
  'range\\[1\\]': (hole) => minMaxScaler.fit([[1], [2]], { range: hole(1) }),
  'labels\\[1\\]': (hole) => labelEncoder.fit(hole('a', 'b')),
  'labels of the saved labelEncoder\\[1\\]': (hole) =>
    labelEncoder.fromJSON({ type: 'labelEncoder', labels: hole('a', 'b') }),
  'categories\\[1\\]': (hole) => oneHot.fit(['a', 'b'], { categories: hole('a', 'b') }),
  'values\\[1\\]': (hole) => oneHot.fit(['a', 'b']).transform(hole('a', 'b')),
  'values\\[1\\] of a labelEncoder': (hole) => labelEncoder.fit(['a', 'b']).inverse(hole(0, 1)),
  'header\\[1\\]': (hole) => readCsv('1,2\n', { columns: { a: 'number' }, header: hole('a', 'b') }),
  'missing\\[1\\]': (hole) => readCsv('a\n1\n', { columns: { a: 'number' }, missing: hole('') }),
  'columns\\[1\\]': (hole) => Model.fit(pets, { target: 'kind', columns: hole('height', 'coat') }),
  'hidden\\[1\\]': (hole) => Model.fit(pets, { target: 'kind', hidden: hole(2, 2) }),
  'records\\[1\\]': (hole) => Model.fit(hole(...pets) as { kind: string }[], { target: 'kind' }),
  'the label of row 1': (hole) => stratifiedKFold(4, hole(1, 1, 1), { folds: 2 }),
  'x\\[1\\] of a scaler': (hole) => standardScaler.fit(hole([1, 2], [2, 3])),
}

const X = Float64Array.from({ length: 8 }, (_, i) => i)
const Y = Float64Array.from({ length: 4 }, (_, i) => i % 2)
const ensemble = () => new Ensemble({ inputs: 2, layers: [{ units: 1 }], seeds: [1, 2, 3] })
const trainer = (options: object = {}) =>
  new Trainer(new Network({ inputs: 2, layers: [{ units: 1 }] }), {
    loss: 'meanSquaredError',
    optimizer: 'sgd',
    ...options,
  })

describe('an array of options or numbers', () => {
  const row = rowTests()
  for (const [name, call] of Object.entries(holes)) {
    row('has no holes, which are named', name.replaceAll('\\', ''), async () => {
      const hole = (first: unknown, ...rest: unknown[]) => {
        const array = [first, undefined, ...rest]
        delete array[1]
        return array as never
      }
      const place = name.replace(/ of a (scaler|labelEncoder)$/, '')
      isMessage(await errorOf(() => call(hole)), 'TypeError', new RegExp(`for ${place} but received undefined`))
    })
  }

  it('is read once: a value that changes between reads is never used unchecked', () => {
    /** An array whose elements are 1 at the first reading, and -1 from then on. */
    const changing = (length: number) => {
      const seen = new Set<PropertyKey>()
      return new Proxy(new Array<number>(length).fill(1), {
        get(target, key, receiver) {
          if (typeof key === 'symbol' || !/^\d+$/.test(key)) return Reflect.get(target, key, receiver)
          if (seen.has(key)) return -1
          seen.add(key)
          return 1
        },
      })
    }
    const expected = trainer().fitSync(X, Y, { sampleWeight: [1, 1, 1, 1], classWeight: [1, 1] })
    const actual = trainer().fitSync(X, Y, { sampleWeight: changing(4), classWeight: changing(2) })
    assert.deepEqual(actual, expected)
    assert.deepEqual(metrics.meanAbsoluteError(changing(3), changing(3)), 0)
    assert.deepEqual(new Ensemble({ inputs: 1, layers: [{ units: 1 }], seeds: changing(2) }).members.length, 2)
    assert.deepEqual(trainer().evaluate(X, Y, { sampleWeight: changing(4) }), trainer().evaluate(X, Y))
    const rates = { name: 'sgd', learningRate: changing(3) } as const
    const options = { loss: 'meanSquaredError', optimizer: rates } as const
    assert.equal(new Trainer(ensemble(), options).fitSync(X, Y).members.length, 3)
    const weights = (own: object) => Object.assign(own, { [Symbol.iterator]: () => [9, 9, 9, 9][Symbol.iterator]() })
    const own = trainer().fitSync(X, Y, { sampleWeight: weights([1, 1, 1, 1]) as number[] })
    assert.deepEqual(own.loss, trainer().fitSync(X, Y).loss)
  })
})
