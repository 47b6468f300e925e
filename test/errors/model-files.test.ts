/** Files of models that are damaged, edited, newer or hostile. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { Ensemble, Network } from 'lockstep-nn'
import { labelEncoder, Model, type SavedModel, standardScaler } from 'lockstep-nn/data'
import { drawCount, leastCount } from '../support/drawn.js'
import { handmade, savedModel } from '../support/pets.js'
import { type Refusal, refusals } from '../support/refusals.js'

const directory = mkdtempSync(join(tmpdir(), 'lockstep-nn-model-'))
after(() => rmSync(directory, { recursive: true, force: true }))
const at = (name: string) => join(directory, name)

/** Every place in a saved model, as a list of keys. */
function placesIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, part]) => placesIn(part, [...path, key]))]
}

/** A model of several targets and networks, with everything that a file may have. */
function severalModel(): SavedModel {
  const { columns } = handmade()
  const sigmoids = { inputs: 3, layers: [{ units: 3, activation: 'sigmoid' }] } as const
  const labels = ['low', 'middle', 'high']
  return new Model({
    columns,
    heads: [
      {
        network: new Ensemble({ ...sigmoids, seeds: [1, 2] }),
        targets: [
          { name: 'level', type: 'ordered', encoder: labelEncoder.fit(labels, { labels }), temperature: 1.5 },
          { name: 'wet', type: 'label', encoder: labelEncoder.fit([true, false]), temperature: 0.5 },
        ],
      },
      {
        network: new Network({ inputs: 3, layers: [{ units: 2 }], seed: 3 }),
        targets: [
          {
            name: 'price',
            type: 'number',
            scaler: standardScaler.fit([[1], [2]]),
            transform: 'log',
            residuals: [0.25, 1],
          },
          { name: 'visits', type: 'count', residuals: [0, 0.5] },
        ],
      },
    ],
    ignored: ['id'],
    training: { rows: 2, validationRows: 1, validationLoss: 0.5, members: 2 },
  }).toJSON()
}

describe('a forgery', () => {
  forgeries('model file', savedModel())
  forgeries('file of several targets', severalModel())
})

function forgeries(what: string, original: SavedModel): void {
  const places = placesIn(original).filter((path) => path.length > 0)

  it(`of a ${what} gives the same model or an error of the library, whatever values are in it`, () => {
    const { digest } = original
    let refused = 0
    const anything = fc.oneof(
      fc.constantFrom(null, 0, -1, 1e300, '', 'fur', true, [], {}, [null], { type: 'number' }),
      fc.jsonValue({ maxDepth: 2 }),
    )
    fc.assert(
      fc.property(fc.constantFrom(...places), anything, (path, value) => {
        const saved = forged((whole) => {
          let part = whole
          for (const key of path.slice(0, -1)) part = part[key] as Changed
          part[path[path.length - 1]] = value
        }, original)
        try {
          assert.equal(read(saved).digest(), digest)
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error
          assert.match((error as Error).message, /^(Expected|Unknown) /)
          refused++
        }
      }),
      { numRuns: drawCount(1000) },
    )
    assert.ok(refused > leastCount(500))
  })
}

type Changed = Record<string, unknown>
const sha256 = (content: unknown) => createHash('sha256').update(JSON.stringify(content)).digest('hex')

/** A file that was edited together with its checksum. */
function forged(change: (saved: Changed) => void, original = savedModel()): unknown {
  const saved = JSON.parse(JSON.stringify(original)) as Changed
  change(saved)
  const { checksum: _, ...content } = saved
  return { ...content, checksum: sha256(content) }
}

const column = (i: number, changes: object) =>
  forged((saved) => {
    const columns = saved.columns as object[]
    columns[i] = { ...columns[i], ...changes }
  })
const target = (changes: object) => forged((saved) => Object.assign(saved.target as object, changes))
const read = (saved: unknown) => Model.fromJSON(saved as SavedModel)
const edited = (changes: object) => ({ ...savedModel(), ...changes })
const scaler = { type: 'standardScaler', center: [1.5], scale: [0.5] }
const encoder = { type: 'oneHot', categories: ['fur', 'feathers'], unknown: 'error' }
const bad = at('bad.json')
writeFileSync(bad, '{ "format": "lockstep-nn/model", "version": 3, "more": true }')

const wrong: readonly Refusal[] = [
  ['nothing', () => read(undefined), 'TypeError', 'Expected an object for the saved model but received undefined.'],
  ['a number', () => read('7'), 'TypeError', 'Expected an object for the saved model but received 7 of type number.'],
  [
    'an array',
    () => read('[]'),
    'TypeError',
    'Expected an object for the saved model but received an array of length 0.',
  ],
  [
    'another format',
    () => read({ format: 'onnx' }),
    'RangeError',
    'Expected "lockstep-nn/model" for format of the saved model but received "onnx" of type string.',
  ],
  [
    'a network',
    () => read(new Network({ inputs: 1, layers: [{ units: 1 }] }).toJSON()),
    'RangeError',
    'Expected "lockstep-nn/model" for format of the saved model but received "lockstep-nn" of type string. It is a network: read it with Network.fromJSON.',
  ],
  [
    'a newer version',
    () => read(edited({ version: 3, more: true })),
    'RangeError',
    'Expected version 1 or 2 for version of the saved model but received 3 of type number. A newer lockstep-nn may read it.',
  ],
  [
    'a newer version in a file',
    () => Model.load(bad),
    'RangeError',
    `Expected version 1 or 2 for version of the model file ${bad} but received 3 of type number. A newer lockstep-nn may read it.`,
  ],
  [
    'an unknown key',
    () => read(edited({ more: true })),
    'TypeError',
    'Unknown option "more" in the saved model. Known: format, version, columns, target, heads, ignored, training, report, network, digest, checksum.',
  ],
  [
    'no checksum',
    () => read(edited({ checksum: undefined })),
    'RangeError',
    'Expected the checksum <hex> for the saved model but received undefined. It is damaged or was edited.',
  ],
  [
    'an edited summary',
    () => read(edited({ training: { rows: 3, seed: 1 } })),
    'RangeError',
    'Expected the checksum <hex> for the saved model but received "<hex>…" of type string. It is damaged or was edited.',
  ],
  [
    'an edited digest',
    () => read(forged((saved) => Object.assign(saved, { digest: 'abc' }))),
    'RangeError',
    'Expected the digest <hex> for the saved model but received "abc" of type string. It is damaged or was edited.',
  ],
  [
    'an edited name of a column',
    () => read(column(0, { name: 'width' })),
    'RangeError',
    'Expected the digest <hex> for the saved model but received "<hex>…" of type string. It is damaged or was edited.',
  ],
  [
    'a name of a column that is none',
    () => read(column(0, { name: 7 })),
    'TypeError',
    'Expected the name of a column for columns[0].name but received 7 of type number.',
  ],
  [
    'a scaler that is none',
    () => read(column(0, { scaler: 'standardScaler' })),
    'TypeError',
    'Expected an object for columns[0].scaler but received "standardScaler" of type string.',
  ],
  [
    'a scaler of two columns',
    () => read(column(0, { scaler: { ...scaler, center: [1, 2], scale: [1, 2] } })),
    'RangeError',
    'Expected a scaler of one column for columns[0].scaler but received one of 2.',
  ],
  [
    'a scale of 0',
    () => read(column(0, { scaler: { ...scaler, scale: [0] } })),
    'RangeError',
    'Expected a number above 0 for scale[0] of columns[0].scaler but received 0 of type number.',
  ],
  [
    'a scale that is text',
    () => read(column(0, { scaler: { ...scaler, scale: ['1'] } })),
    'TypeError',
    'Expected a finite number for scale[0] of columns[0].scaler but received "1" of type string.',
  ],
  [
    'a center that is infinite',
    () => read(column(0, { scaler: { ...scaler, center: [Infinity] } })),
    'RangeError',
    'Expected a finite number for center[0] of columns[0].scaler but received Infinity of type number.',
  ],
  [
    'a category twice',
    () => read(column(1, { encoder: { ...encoder, categories: ['fur', 'fur'] } })),
    'RangeError',
    'Expected a category that is not in the list yet for categories of columns[1].encoder[1] but received "fur" of type string.',
  ],
  [
    'a category that is an object',
    () => read(column(1, { encoder: { ...encoder, categories: [{}, 'fur'] } })),
    'TypeError',
    'Expected text, a number, or true or false for categories of columns[1].encoder[0] but received an object.',
  ],
  [
    'more categories',
    () => read(column(1, { encoder: { ...encoder, categories: ['fur', 'feathers', 'x'] } })),
    'RangeError',
    'Expected columns that make 3 inputs, as many as the network has, for columns but received ones that make 4.',
  ],
  [
    'a column without an encoder',
    () => read(column(1, { encoder: undefined })),
    'TypeError',
    'Expected an object for columns[1].encoder but received undefined.',
  ],
  [
    'a column with both',
    () =>
      read(
        forged((saved) => {
          // In the order in which a file has its keys.
          const columns = saved.columns as object[]
          columns[1] = { name: 'coat', type: 'category', scaler, encoder }
        }),
      ),
    'TypeError',
    'Unknown option "scaler" in columns[1]. Known: name, type, encoder, embedded.',
  ],
  [
    'a column that is null',
    () => read(forged((saved) => Object.assign(saved, { columns: [null] }))),
    'TypeError',
    'Expected an object for columns[0] but received null.',
  ],
  [
    'no columns',
    () => read(forged((saved) => Object.assign(saved, { columns: [] }))),
    'RangeError',
    'Expected an array of columns for columns but received an empty one.',
  ],
  [
    'labels that are fewer',
    () => read(target({ encoder: { type: 'labelEncoder', labels: ['cat'] } })),
    'RangeError',
    'Expected the digest <hex> for the saved model but received "<hex>…" of type string. It is damaged or was edited.',
  ],
  [
    'labels in another order',
    () => read(target({ encoder: { type: 'labelEncoder', labels: ['cat', 'bird'] } })),
    'RangeError',
    'Expected the digest <hex> for the saved model but received "<hex>…" of type string. It is damaged or was edited.',
  ],
  [
    'a target with another encoder',
    () => read(target({ encoder })),
    'TypeError',
    'Unknown option "categories" in target.encoder. Known: type, labels.',
  ],
  [
    'a target that is a column',
    () => read(target({ name: 'coat' })),
    'RangeError',
    'Expected the name of a column that is no input for target.name but received "coat" of type string.',
  ],
  [
    'no network',
    () => read(forged((saved) => Object.assign(saved, { network: null }))),
    'TypeError',
    'Expected an object for the saved network but received null.',
  ],
  [
    'a damaged network',
    () => read(forged((saved) => Object.assign(saved.network as object, { inputs: 2 }))),
    'RangeError',
    'Expected 64 characters, for 6 parameters, for parameters of the saved network but received 88. It is damaged.',
  ],
  [
    'a summary with markup',
    () => read(forged((saved) => Object.assign(saved, { training: { page: '<b>' } }))),
    'TypeError',
    'Unknown option "page" in training. Did you mean "date"? Known: rows, validationRows, epochs, finalLoss, validationLoss, loss, optimizer, backend, seed, date, members, recipe, settings.',
  ],
  [
    'a path that is none',
    () => Model.load(7 as never),
    'TypeError',
    'Expected the name of a file, or its URL, for path but received 7 of type number.',
  ],
  [
    'a path that no system has',
    () => Model.load('a\0b'),
    'RangeError',
    'Expected the name of a file, without \\0, for path but received "a\\u0000b" of type string.',
  ],
]

refusals('files of models', wrong)
