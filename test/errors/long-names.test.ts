/** Names of megabytes, lists of thousands: errors shorten them, and search similar names only among few, short ones. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Ensemble, metrics, Network, Trainer } from 'lockstep-nn'
import { labelEncoder, Model, oneHot, readCsv, standardScaler } from 'lockstep-nn/data'
import { loadSafetensors, toSafetensors } from 'lockstep-nn/formats'
import { toOnnx } from 'lockstep-nn/onnx'
import { unknownColumn, unknownName, unknownOption, wrongSize, wrongType, wrongValue } from '#lib/checks/errors.js'
import { handmade, pets } from '../support/pets.js'
import { rowTests } from '../support/rows.js'

/** About a thousand letters, whatever the caller's names are. */
const MOST = 1200
/** 5 million letters, of which few are like another's. */
const LONG = 'aé_B1'.repeat(1_000_000)

const network = (options: object = {}) => new Network({ inputs: 2, layers: [{ units: 1 }], seed: 1, ...options })
const trainer = (options: object = {}) =>
  new Trainer(network(), { loss: 'meanSquaredError', optimizer: 'sgd', ...options } as never)
const X = Float64Array.from({ length: 8 }, (_, i) => i / 8)
const Y = Float64Array.of(1, 0, 1, 0)
const many = Array.from({ length: 100_000 }, (_, i) => `column ${i}`)
const wide = Object.fromEntries(many.map((name) => [name, 1]))

/** By what is long: a call that throws, or is rejected. */
const calls: Readonly<Record<string, (long: string) => unknown>> = {
  'an option of a network': (long) => network({ [long]: 1 }),
  'an option of a layer': (long) => network({ layers: [{ units: 1, [long]: 1 }] }),
  'an option of an ensemble': (long) => new Ensemble({ inputs: 1, layers: [], seeds: [1], [long]: 1 } as never),
  'an option of a trainer': (long) => trainer({ [long]: 1 }),
  'an option of an optimizer': (long) => trainer({ optimizer: { name: 'sgd', [long]: 1 } }),
  'an option of fit': (long) => trainer().fitSync(X, Y, { [long]: 1 } as never),
  'a class': (long) => trainer().fitSync(X, Y, { classWeight: { [long]: 1 } as never }),
  'an option of predict': (long) => network().predict(X, { [long]: 1 } as never),
  'the name of an activation': (long) => network({ layers: [{ units: 1, activation: long }] }),
  'the name of an initializer': (long) => network({ initializer: long }),
  'the name of a loss': (long) => trainer({ loss: long }),
  'the name of an optimizer': (long) => trainer({ optimizer: long }),
  'the name of a metric': (long) => trainer({ metrics: [long] }),
  'the name of a schedule': (long) => trainer({ schedule: long }),
  'the name of a backend': (long) => trainer({ backend: long }),
  'a series': (long) => trainer().fitSync(X, Y, { earlyStopping: { monitor: long } as never }),
  'an average': (long) => metrics.f1([1], [1], { average: long as never }),
  'the name of a class': (long) => network({ inputs: Object.create({ constructor: { name: long } }) }),
  'a bigint': (long) => network({ inputs: BigInt(`0x${'f'.repeat(long.length)}`) }),
  'a key of a record': (long) => new Model(handmade()).predict({ height: 1, coat: 'fur', [long]: 1 }),
  'a category of a record': (long) => new Model(handmade()).predict({ height: 1, coat: long }),
  'a column of Model.fit': (long) => Model.fit(pets, { target: 'kind', columns: [long] }),
  'a column with options of Model.fit': (long) => Model.fit(pets, { target: 'kind', options: { [long]: 'number' } }),
  'a type of a column': (long) => Model.fit(pets, { target: 'kind', options: { height: long as 'number' } }),
  'a target of Model.fit': (long) => Model.fit(pets, { target: long as 'kind' }),
  'a column whose cell is wrong': (long) => Model.fit([{ [long]: null, kind: 'a' }], { target: 'kind' }),
  'a label': (long) => labelEncoder.fit(['a', 'b']).transform([long as 'a']),
  'a known label': (long) => labelEncoder.fit([long, 'b']).transform(['c']),
  'a category twice': (long) => oneHot.fit(['a'], { categories: [long, long] as never }),
  'an option of a scaler': (long) => standardScaler.fit([[1]], { [long]: 1 } as never),
  'a column of readCsv': (long) => readCsv('a,b\n1,2\n', { columns: { [long]: 'number' } }),
  // Shorter, as csv-parse takes a while for each letter of a header.
  'a header of readCsv': (long) => readCsv(`${long.slice(0, 1e5)},b\n1,2\n`, { columns: { a: 'number' } }),
  'a cell of readCsv': (long) => readCsv(`a,b\n${long},2\n`, { columns: { a: 'number' } }),
  'a type of readCsv': (long) => readCsv('a,b\n1,2\n', { columns: { a: long as 'number' } }),
  'a tensor': (long) => loadSafetensors(network(), toSafetensors(network()), { names: () => long }),
  'a known tensor': (long) => loadSafetensors(network(), toSafetensors(network()), { names: { [long]: 'a' } }),
  'a precision': (long) => toOnnx(network(), { precision: long as never }),
  'saved text': (long) => Network.fromJSON(long),
  'a saved format': (long) => Network.fromJSON({ format: long } as never),
  // Lists.
  'the headers of readCsv': () => readCsv(`${many.join(',')}\n${many.join(',')}\n`, { columns: { colum: 'number' } }),
  'the columns of the first record': () => Model.fit([wide], { target: 'colum 7' }),
  'the known categories': () => oneHot.fit(many).transform(['colum 7']),
  'the classes': () => {
    const layers = [{ units: 20_000, activation: 'softmax' as const }]
    const one = new Trainer(network({ layers }), { loss: 'sparseCategoricalCrossentropy', optimizer: 'sgd' })
    return one.fitSync(X, Y, { classWeight: { 2e4: 1 } })
  },
  'the keys of a record': () => new Model(handmade()).predict({ height: 1, coat: 'fur', ...wide }),
}

describe('an error about something long', () => {
  const row = rowTests()
  for (const [name, call] of Object.entries(calls)) {
    row('has a short message', name, async () => {
      await assert.rejects(
        async () => call(LONG),
        (error: Error) => {
          assert.match(error.name, /^(TypeError|RangeError)$/)
          assert.ok(error.message.length <= MOST, `${error.message.length} letters: ${error.message.slice(0, 2000)}`)
          return true
        },
      )
    })
  }

  it('is short whatever its parts are', () => {
    for (const error of [
      wrongType(LONG, LONG, LONG, LONG),
      wrongValue(LONG, LONG, { constructor: { name: LONG } }, LONG),
      wrongSize(LONG, LONG, LONG, LONG),
      unknownOption(LONG, LONG, [LONG, ...many], [LONG], LONG),
      unknownColumn('x', LONG, [LONG, LONG]),
      unknownName(LONG, LONG, LONG, many),
    ]) {
      assert.ok(error.message.length <= MOST, `${error.message.length} letters`)
    }
  })
})

describe('a message of an error', () => {
  it('are short for any words', () => {
    const words = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 60 })
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), words, (word, known) => {
        for (const make of [unknownOption, unknownColumn]) {
          assert.ok(make(word, word, known).message.length <= MOST)
        }
        assert.ok(unknownName(word, word, word, known, known).message.length <= MOST)
      }),
    )
  })

  it('are cut after 40 letters, not within a letter', () => {
    const long = '😀'.repeat(50)
    assert.equal(
      unknownColumn(`a${long}`, 'records', ['b']).message,
      `Unknown column "a${'😀'.repeat(19)}…" in records. Known: b.`,
    )
    assert.equal(unknownColumn('x'.repeat(40), 'records', ['b']).message.includes('…'), false)
  })

  it('are followed by the nearest 24 of many known ones, and by how many more there are', () => {
    const { message } = unknownColumn('colum 7', 'columns', many)
    assert.match(message, /^Unknown column "colum 7" in columns\. Did you mean "column 7"\? Known: column 7, /)
    assert.match(message, /, and 99,976 more\.$/)
    assert.equal(message.split(', ').length, 25)
  })

  it('are suggested up to 60 letters', () => {
    const word = (length: number) => `${'a'.repeat(length - 1)}b`
    assert.match(unknownColumn(word(60), 'columns', [word(59)]).message, /Did you mean "/)
    assert.doesNotMatch(unknownColumn(word(61), 'columns', [word(60)]).message, /Did you mean "/)
  })

  it('keep both ends of a long place', () => {
    const { message } = wrongType('text', `column "${LONG}" of records[3]`, 1)
    assert.match(message, /^Expected text for column "aé_B1a.*… ?.*" of records\[3\] but received 1 of type number\.$/)
  })
})
