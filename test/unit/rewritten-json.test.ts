/** JSON rewritten by a database or an editor: keys in another order, numbers in another notation, a byte order mark. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { Network } from 'lockstep-nn'
import {
  labelEncoder,
  Model,
  minMaxScaler,
  oneHot,
  robustScaler,
  type SavedModel,
  Scaler,
  standardScaler,
} from 'lockstep-nn/data'
import { fromSafetensors, toSafetensors } from 'lockstep-nn/formats'
import { canonical } from '#lib/data/model/canonical.js'
import { cases } from '../support/arbitraries.js'
import { sameBits } from '../support/bits.js'
import { folderOf } from '../support/folder.js'
import { handmade, heightModel, kindModel, pets } from '../support/pets.js'
import { rowTests } from '../support/rows.js'
import { networkOf } from '../support/run.js'
import { fileOf, partsOf } from '../support/safetensors.js'
import { uniform } from '../support/values.js'

/** How a program writes a value as JSON. */
interface Writer {
  /** The order of keys. */
  readonly keys: (keys: string[]) => string[]
  readonly number: (value: number) => string
  readonly text: (value: string) => string
  readonly space: () => string
}

function write(value: unknown, writer: Writer): string {
  const { keys, number, text, space } = writer
  if (typeof value === 'number') return number(value)
  if (typeof value === 'string') return text(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const items = Array.isArray(value)
    ? value.map((item) => write(item, writer))
    : keys(Object.keys(value)).map(
        (key) => `${text(key)}${space()}:${space()}${write((value as Record<string, unknown>)[key], writer)}`,
      )
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return open + items.map((item) => space() + item).join(`${space()},`) + space() + close
}

const byLengthThenBytes = (a: string, b: string) => a.length - b.length || (a < b ? -1 : 1)

/** As PostgreSQL writes a value of the type jsonb: keys by length, then by bytes; numbers without an exponent. */
const JSONB: Writer = {
  keys: (keys) => keys.sort(byLengthThenBytes),
  number: (value) => (Number.isInteger(value) ? BigInt(value).toString() : withoutExponent(value)),
  text: JSON.stringify,
  space: () => ' ',
}

/** 1.5e-7 as 0.00000015 */
function withoutExponent(value: number): string {
  const [digits, exponent] = Math.abs(value).toExponential().split('e')
  const [whole, fraction = ''] = digits.split('.')
  const all = whole + fraction
  const point = 1 + Number(exponent)
  const sign = value < 0 ? '-' : ''
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${all}`
  return point >= all.length
    ? sign + all + '0'.repeat(point - all.length)
    : `${sign}${all.slice(0, point)}.${all.slice(point)}`
}

/** Anything that means the same. */
function anyWriter(seed: number): Writer {
  const next = uniform(seed)
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  return {
    keys: (keys) =>
      keys
        .map((key) => [next(), key] as const)
        .sort(([a], [b]) => a - b)
        .map(([, key]) => key),
    number: (value) =>
      next() < 0.5 ? value.toExponential() : next() < 0.5 ? JSON.stringify(value) : JSONB.number(value),
    text: (value) =>
      next() < 0.3 && value.length < 100 ? `"${[...value].map(escaped).join('')}"` : JSON.stringify(value),
    space: () => ['', '', ' ', '\n', '\r\n', '\t'][Math.floor(6 * next())],
  }
}

const MARK = '\ufeff'
const writers = fc.oneof(fc.constant(JSONB), fc.nat(2 ** 30).map(anyWriter))
const marks = fc.constantFrom('', MARK)
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('JSON that was written again', () => {
  const row = rowTests()
  it('is what these tests make of it', () => {
    const value = { b: [1e21, -1.5e-7, 0.25, -3], aa: 'ü', a: null }
    assert.equal(
      write(value, JSONB),
      '{ "a" : null , "b" : [ 1000000000000000000000 , -0.00000015 , 0.25 , -3 ] , "aa" : "ü" }',
    )
    assert.deepEqual(JSON.parse(write(value, anyWriter(1))), value)
  })

  it('is the same network', () => {
    fc.assert(
      fc.property(cases, writers, marks, (drawn, writer, mark) => {
        const network = networkOf(drawn)
        const text = mark + write(network.toJSON(), writer)
        const back = Network.fromJSON(text)
        assert.equal(JSON.stringify(back), JSON.stringify(network))
        const object = JSON.parse(text.slice(mark.length)) as ReturnType<Network['toJSON']>
        assert.equal(Network.fromJSON(object).digest(), network.digest())
      }),
      { numRuns: 200 },
    )
  })

  for (const [what, make] of Object.entries({
    'labels, fitted': kindModel,
    'a number, fitted': heightModel,
    'labels, by hand': async () => new Model(handmade({ training: { date: 'today', rows: 2, finalLoss: 1e-7 } })),
    'all kinds of scalers': async () => scaledModel(),
  })) {
    row('is the same model, from text, an object and a file', what, async () => {
      const model = await make()
      const path = join(folder(), 'model.json')
      const text = JSON.stringify(model)
      await fc.assert(
        fc.asyncProperty(writers, marks, async (writer, mark) => {
          const rewritten = mark + write(plain(model), writer)
          writeFileSync(path, rewritten)
          for (const back of [
            Model.fromJSON(rewritten),
            Model.fromJSON(JSON.parse(rewritten.slice(mark.length)) as SavedModel),
            await Model.load(path),
          ]) {
            assert.equal(JSON.stringify(back), text)
            assert.equal(back.digest(), model.digest())
          }
        }),
        { numRuns: 40 },
      )
    })

    row('is refused in every order where a value was edited', what, async () => {
      const model = await make()
      const saved = plain(model) as { training: object | null }
      const training = { ...saved.training, rows: 12_345 }
      fc.assert(
        fc.property(writers, (writer) => {
          assert.throws(
            () => Model.fromJSON(write({ ...saved, training }, writer)),
            /^RangeError: Expected the checksum /,
          )
        }),
        { numRuns: 10 },
      )
    })
  }
  const folder = folderOf()

  it('is the same scaler, and the same encoder', () => {
    const x = [[1.5], [2e-9], [1e21]]
    const scalers = [
      standardScaler.fit(x),
      minMaxScaler.fit(x, { range: [-1, 1e6] }),
      robustScaler.fit(x, { quantiles: [0.1, 0.9] }),
    ]
    const encoders = [
      [labelEncoder.fit([1e21, 2e-9, 3]), labelEncoder],
      [labelEncoder.fit(['ü', 'b']), labelEncoder],
      [oneHot.fit([true, false], { unknown: 'zeros' }), oneHot],
    ] as const
    fc.assert(
      fc.property(writers, (writer) => {
        for (const scaler of scalers) {
          const back = Scaler.fromJSON(JSON.parse(write(plain(scaler), writer)))
          assert.equal(JSON.stringify(back), JSON.stringify(scaler))
        }
        for (const [encoder, { fromJSON }] of encoders) {
          const back = fromJSON(JSON.parse(write(plain(encoder), writer)))
          assert.equal(JSON.stringify(back), JSON.stringify(encoder))
        }
      }),
    )
  })

  it('is the same safetensors file, whatever the order in the header and in the architecture', () => {
    fc.assert(
      fc.property(cases, writers, marks, (drawn, writer, mark) => {
        const network = networkOf(drawn)
        const { header, data } = partsOf(toSafetensors(network))
        const { architecture } = header.__metadata__ as { architecture: string }
        const rewritten = mark + write(JSON.parse(architecture), writer)
        const metadata = { ...header.__metadata__, architecture: rewritten }
        // The header itself begins with a brace, as the format requires.
        const back = fromSafetensors(fileOf(write({ ...header, __metadata__: metadata }, writer), data))
        sameBits(back.parameters, network.parameters, 'parameters')
        assert.equal(back.digest(), network.digest())
      }),
      { numRuns: 100 },
    )
  })

  it('is put in the order in which models are written', async () => {
    for (const model of [await kindModel(), await heightModel(), new Model(handmade()), scaledModel()]) {
      const text = JSON.stringify(model)
      assert.equal(JSON.stringify(canonical(JSON.parse(text), 'the model')), text)
    }
    fc.assert(
      fc.property(cases, (drawn) => {
        const text = JSON.stringify(networkOf(drawn))
        assert.equal(JSON.stringify(canonical(JSON.parse(text), 'the network')), text)
      }),
      { numRuns: 200 },
    )
  })
})

/** A model with a scaler of each type, a category of each kind, and layers with options. */
function scaledModel(): Model {
  const x = pets.map(({ height }) => [height])
  return new Model({
    network: new Network({
      inputs: 8,
      layers: [
        { units: 3, activation: 'leakyRelu', alpha: 1e-7, l1: 1e-9, l2: 1e21, trainable: false },
        { type: 'batchNormalization', momentum: 0.5, epsilon: 1e-9, activation: 'elu', alpha: 2 },
        { type: 'layerNormalization', trainable: false },
        { type: 'dropout', rate: 0.5 },
        { units: 1 },
      ],
    }),
    columns: [
      { name: 'a', type: 'number', scaler: standardScaler.fit(x) },
      { name: 'bb', type: 'number', scaler: minMaxScaler.fit(x, { range: [-1e-7, 1e21] }) },
      { name: 'c', type: 'number', scaler: robustScaler.fit(x) },
      { name: 'd', type: 'number', scaler: null },
      { name: 'type', type: 'category', encoder: oneHot.fit([1e21, 1e-7], { unknown: 'zeros' }) },
      { name: 'name', type: 'category', encoder: oneHot.fit([true, false]) },
    ],
    target: { name: 'y', type: 'number', scaler: standardScaler.fit(x) },
    training: {
      rows: 1,
      epochs: 2,
      finalLoss: 1e-9,
      loss: 'a',
      optimizer: 'b',
      backend: 'c',
      seed: 2 ** 53 - 1,
      date: 'd',
    },
  })
}
