/** Records whose type is an interface, in all calls that take records; and objects of another version of the package. */
import assert from 'node:assert/strict'
import { cpSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkGradients, Trainer } from 'lockstep-nn'
import {
  crossValidate,
  kFold,
  Model,
  type ModelOptions,
  readCsv,
  stratifiedKFold,
  trainTestSplit,
} from 'lockstep-nn/data'
import { toSafetensors } from 'lockstep-nn/formats'
import { ROOT } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { handmade, pets, QUICK } from '../support/pets.js'

interface Pet {
  height: number
  coat: string
  legs: number
  tame: boolean
  kind: string
}

/** Like instances of a class and nested interfaces. */
class Animal implements Pet {
  readonly tame = true
  constructor(
    readonly height: number,
    readonly coat: string,
    readonly legs: number,
    readonly kind: string,
  ) {}
}

describe('records whose type is an interface', () => {
  const all: Pet[] = pets
  const some: readonly Pet[] = pets

  it('are taken by fit, predict, evaluate and transform', async () => {
    const fit = { epochs: 2, validationData: some }
    const model = await Model.fit(all, { target: 'kind', ...QUICK, fit })
    const one: Pet = all[0]
    const animal = new Animal(0.5, 'fur', 4, 'dog')
    const { label } = model.predict(one)
    const [first] = model.predict(some)
    assert.deepEqual(first.label, label)
    assert.deepEqual(model.predict(animal).label, model.predict([animal])[0].label)
    assert.deepEqual(model.predict({ ...animal }), model.predict(animal))
    assert.ok(model.evaluate(some).accuracy >= 0)
    assert.equal(model.transform(some).length, 6 * 5)
    const heights = await Model.fit(some, { target: 'height', ...QUICK })
    const height: number = heights.predict(one)
    const [same]: number[] = heights.predict(all)
    assert.equal(height, same)
    // What is any is one record for the types.
    const any: number = heights.predict(JSON.parse(JSON.stringify(one)))
    assert.equal(any, height)
  })

  it('are taken by splits, folds and cross-validation', async () => {
    const { train }: { train: Pet[] } = trainTestSplit(some)
    const [{ test }]: { test: Pet[] }[] = kFold(some, { folds: 2 })
    const [half] = stratifiedKFold(some, (pet) => pet.kind, { folds: 2 })
    assert.ok(train.length > 0 && test.length > 0 && half.test[0].height > 0)
    const { scores } = await crossValidate(some, { folds: 2, fit: (rows) => rows[0].height, score: (height) => height })
    assert.equal(scores.length, 2)
  })

  it('are no arrays of numbers, nor other lists', async () => {
    const model = await Model.fit(all, { target: 'kind', ...QUICK })
    // @ts-expect-error: a row of numbers is no record
    assert.throws(() => model.predict([1, 2]), TypeError)
    // @ts-expect-error: nor is a typed array
    assert.throws(() => model.predict(Float64Array.of(1, 2)), TypeError)
    // @ts-expect-error: nor is text
    assert.throws(() => model.predict('fur'), TypeError)
    const fit = { validationData: [[[1]], [[1]]] }
    // @ts-expect-error: nor are the samples of a trainer
    await assert.rejects(Model.fit(all, { target: 'kind', ...QUICK, fit }), TypeError)
    // @ts-expect-error: columns chooses, options refine
    await assert.rejects(Model.fit(all, { target: 'kind', columns: { coat: 'category' } }), TypeError)
  })
})

describe('records of readCsv', () => {
  const text = `hours,city,fast\n${Array.from({ length: 20 }, (_, i) => `${i % 7},${i % 2 ? 'Delft' : 'Gouda'},${i % 3 === 0}\n`).join('')}`
  const types = { hours: 'number', city: 'string', fast: 'boolean' } as const

  it('have the types that are given, so that the types of predictions are known', async () => {
    const rows = await readCsv(text, { types })
    const [{ hours, city }] = rows
    const both: [number | null, string | null] = [hours, city]
    assert.deepEqual(both, [0, 'Gouda'])
    // A target that may be missing is predicted as a number all the same.
    const numbers = await Model.fit(rows, { target: 'hours', ...QUICK })
    const value: number = numbers.predict({ city: 'Delft', fast: true })
    assert.equal(numbers.predict(rows)[1] > value, numbers.predict(rows.slice(1, 2))[0] > value)
    const labels = await Model.fit(rows, { target: 'fast', ...QUICK })
    assert.equal(typeof labels.predict({ city: 'Delft', hours: 1 }).label, 'boolean')
    const several = await Model.fit(rows, { target: ['hours', 'city'], ...QUICK })
    const { hours: some, city: label }: { hours: number; city: { label: unknown } } = several.predict({ fast: true })
    assert.ok(Number.isFinite(some) && typeof label.label === 'string')
    const whole = await readCsv(text, { types, onMissing: 'drop' })
    const first: number = whole[0].hours
    assert.equal(first, 0)
  })

  it('have a value of any type where it is inferred, and then the target says what it is', async () => {
    const rows = await readCsv(text, { types: { city: 'string' } })
    const model = await Model.fit(rows, { target: 'hours', ...QUICK })
    // @ts-expect-error: only the file says that hours are numbers
    const unknown: number = model.predict({ city: 'Delft', fast: true })
    assert.equal(typeof unknown, 'number')
    const told = await Model.fit(rows, { target: { column: 'hours', type: 'number' }, ...QUICK })
    const value: number = told.predict({ city: 'Delft', fast: true })
    assert.equal(value, unknown)
    const any = JSON.parse(JSON.stringify(rows)) as ReturnType<typeof JSON.parse>[]
    const loose = await Model.fit(any, { target: 'hours', ...QUICK })
    // @ts-expect-error: nor does a record that may be anything
    const other: number = loose.predict({ city: 'Delft', fast: true })
    assert.equal(other, unknown)
    // @ts-expect-error: a value of an inferred column may be missing, or text
    const cell: number = rows[0].hours
    assert.equal(cell, 0)
  })
})

describe('a copy of another version', () => {
  const folder = folderOf()

  it('is named where one of its objects is given', async () => {
    const copy = folder()
    cpSync(join(ROOT, 'dist'), join(copy, 'dist'), { recursive: true })
    cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'))
    writeFileSync(join(copy, 'dist', 'checks', 'version.js'), "export const VERSION = '9.9.9'\n")
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction')
    writeFileSync(join(copy, 'entry.js'), "export * from './dist/index.js'\nexport * from './dist/data/index.js'\n")
    const other = await import(pathToFileURL(join(copy, 'entry.js')).href)

    const own = handmade()
    const [height, coat] = own.columns
    const network = new other.Network({ inputs: 3, layers: [{ units: 2, activation: 'softmax' }], seed: 1 })
    const scaler = other.standardScaler.fit([[1], [2]])
    const encoder = other.oneHot.fit(['fur', 'feathers'])
    const labels = other.labelEncoder.fit(['cat', 'bird'])
    const ensemble = new other.Ensemble({ inputs: 1, layers: [{ units: 1 }], seeds: [1] })
    const made = (changes: object) => () => new Model({ ...own, ...changes } as ModelOptions)
    const options = { loss: 'categoricalCrossentropy', optimizer: 'sgd' } as const
    const calls: [string, () => unknown][] = [
      ['network', made({ network })],
      ['columns[0].scaler', made({ columns: [{ ...height, scaler }, coat] })],
      ['columns[1].encoder', made({ columns: [height, { ...coat, encoder }] })],
      ['target.encoder', made({ target: { ...own.target, encoder: labels } })],
      ['network', () => new Trainer(network, options)],
      ['network', () => new Trainer(ensemble, options as never)],
      ['network', () => checkGradients(network, [[1, 2, 3]], [[1, 0]], options)],
      ['network', () => toSafetensors(network)],
    ]
    const remedy =
      /It is of lockstep-nn 9\.9\.9, and this is lockstep-nn [\d.]+: install one version \(npm ls lockstep-nn shows them\), or copy it through JSON\.$/
    for (const [name, call] of calls) {
      assert.throws(call, (error: Error) => {
        assert.ok(error instanceof TypeError && error.message.includes(` for ${name} but received an object of type`))
        assert.match(error.message, remedy)
        return true
      })
    }
    class Network {}
    for (const other of [{}, new Network()]) {
      assert.throws(made({ network: other }), (error: Error) => !error.message.includes('version'))
    }
  })
})
