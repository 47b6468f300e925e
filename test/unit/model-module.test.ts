/** Models as ES modules: the same bits and the same errors as `predict`, from raw records. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { type LayerOption, Network } from 'lockstep-nn'
import { labelEncoder, Model, type ModelKind, type Target } from 'lockstep-nn/data'
import { toModule } from 'lockstep-nn/formats'
import { COLUMN_TYPE_NAMES } from '#lib/data/columns/column-types.js'
import { TARGET_TYPES } from '#lib/data/targets/targets.js'
import { node, ROOT } from '../support/child.js'
import { quickModel } from '../support/columns.js'
import { drawCount, leastCount } from '../support/drawn.js'
import { DRAWN_TARGETS, drawnColumn, optionsOf, recordsOf } from '../support/drawn-tables.js'
import { folderOf } from '../support/folder.js'
import { houses, INPUTS, STATES } from '../support/houses.js'
import { moduleOf } from '../support/module-exports.js'
import { plainBits } from '../support/plain-bits.js'

const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')

type AnyModel = Model<ModelKind>

interface ModelModule {
  predict(records: unknown, options?: object): unknown
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly targets: readonly { readonly name: string; readonly type: string; readonly labels?: readonly unknown[] }[]
  readonly digest: string
}

const exportsOf = (model: AnyModel): ModelModule => moduleOf(toModule(model)) as ModelModule

/** Checks that the module predicts the same bits as the model, or fails with the same error. */
function samePredictions(model: AnyModel, module: ModelModule, given: object, options: object = {}): void {
  let expected: unknown
  try {
    expected = model.predict(given, options)
  } catch (error) {
    const { name, message } = error as Error
    assert.throws(() => module.predict(given, options), { name, message })
    return
  }
  assert.deepEqual(plainBits(module.predict(given, options)), plainBits(expected))
}

describe('the module of a model', () => {
  const folder = folderOf()

  it('gives the same bits and errors for drawn tables, with missing and unseen values', async () => {
    const used: Record<string, number> = {}
    await fc.assert(
      fc.asyncProperty(
        fc.array(drawnColumn, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.constantFrom(...DRAWN_TARGETS),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        async (columns, k, [yOf, target], members, isValidated) => {
          const records = recordsOf(columns, 'before').map((record, i) => ({ ...record, ...yOf(i) }))
          const validation = isValidated ? { validation: { share: 0.4, shuffle: false } } : {}
          let model: AnyModel
          try {
            model = await quickModel(records, { target, members, options: optionsOf(columns, k), ...validation })
          } catch (error) {
            // Columns that options name and that are constant, empty or too large are refused.
            assert.match(String(error), /^(Type|Range)Error: Expected /)
            return
          }
          for (const { type } of [...model.columns, ...model.targets]) used[type] = (used[type] ?? 0) + 1
          const module = exportsOf(model)
          for (const some of [records, recordsOf(columns, 'after')]) {
            samePredictions(model, module, some)
            samePredictions(model, module, some[0])
            samePredictions(model, module, some, { interval: 0.8 })
          }
        },
      ),
      { numRuns: drawCount(400) },
    )
    for (const type of [...COLUMN_TYPE_NAMES, ...TARGET_TYPES]) {
      assert.ok((used[type] ?? 0) > leastCount(40), `${type}: ${used[type]}`)
    }
  })

  it('has the temperature of probabilities', () => {
    const encoder = labelEncoder.fit(['low', 'middle', 'high'], { labels: ['low', 'middle', 'high'] })
    const targets = [
      [{ name: 'y', type: 'label', encoder, temperature: 1.7 }, 3, 'softmax'],
      [{ name: 'y', type: 'ordered', encoder, temperature: 0.3 }, 2, 'sigmoid'],
    ] as const
    for (const [target, units, activation] of targets) {
      const layers = [{ units, activation }] as LayerOption[]
      const model = new Model({
        network: new Network({ inputs: 1, layers, seed: 1 }),
        columns: [{ name: 'x', type: 'number', scaler: null }],
        target: target as Target,
      })
      samePredictions(
        model,
        exportsOf(model),
        [-1000, -1, 0, 2, 1000].map((x) => ({ x })),
      )
    }
  })

  it('refuses what the model refuses, with the same words', async () => {
    const model = await Model.fit(houses(60, 1), { target: 'price', columns: INPUTS, fit: { epochs: 2 } })
    const module = exportsOf(model)
    const cases: unknown[] = [
      undefined,
      [],
      {},
      [{ area: 50, town: 'east' }, 7],
      { area: '50', town: 'east' },
      { area: 50, town: 3 },
      { area: 50 },
      [{ area: Infinity, town: 'east' }],
      { area: 50, town: 'east', aera: 1 },
    ]
    for (const given of cases) samePredictions(model, module, given as object)
    samePredictions(model, module, { area: 50, town: 'east' }, { interval: 0.9 })
    assert.throws(() => module.predict({ area: 50, town: 'east' }, { backend: 'native' }), {
      message: 'Unknown option "backend" in the options of predict. Known: interval.',
    })
  })

  it('refuses a number that is no category of an embedding, as the model', () => {
    const columns = [{ column: 0, categories: 3, units: 2 }]
    const model = new Model<'number'>({
      network: new Network({ inputs: 2, layers: [{ type: 'embedding', columns }, { units: 1 }], seed: 1 }),
      columns: [
        { name: 'a', type: 'number', scaler: null },
        { name: 'b', type: 'number', scaler: null },
      ],
      target: { name: 'y', type: 'number', scaler: null },
    })
    const module = exportsOf(model)
    samePredictions(model, module, [{ a: 2, b: 0.5 }])
    assert.throws(() => module.predict([{ a: 3, b: 0.5 }]), {
      name: 'RangeError',
      message: /^Expected an integer from 0 to 2 for x\[0\]\[0\] but received 3/,
    })
  })

  it('describes its columns and targets, and holds no function of other types', async () => {
    const target = { column: 'state', type: 'ordered', labels: STATES } as const
    const model = await Model.fit(houses(60, 1), { target: ['price', target], columns: INPUTS, fit: { epochs: 2 } })
    const text = toModule(model)
    const { columns, targets, digest } = moduleOf(text) as ModelModule
    assert.equal(digest, model.digest())
    assert.equal(JSON.stringify(columns), '[{"name":"area","type":"number"},{"name":"town","type":"category"}]')
    const described = [
      { name: 'price', type: 'number' },
      { name: 'state', type: 'ordered', labels: STATES },
    ]
    assert.equal(JSON.stringify(targets), JSON.stringify(described))
    assert.match(text, /function decodeOrdered\(/)
    assert.doesNotMatch(text, /encodeDate|encodeBoolean|decodeLabel|endsOfCount/)
    assert.doesNotMatch(text, /\b(?:import|require|process|Buffer)\b/)
  })

  it('is safe with names that are code or comments', async () => {
    const odd = '*/ ` "\u2028\n\\ __proto__ </script>'
    const records = houses(60, 1).map(({ area, town, sold }) => ({
      [odd]: area,
      __proto__x: town === 'east' ? '__proto__' : odd,
      [`${odd}!`]: sold ? odd : '__proto__',
    }))
    const model = await Model.fit(records as Record<string, unknown>[], { target: `${odd}!`, fit: { epochs: 2 } })
    samePredictions(model, exportsOf(model), records)
  })

  it('has types', async () => {
    const model = await Model.fit(houses(60, 1), { target: ['price', 'state'], columns: INPUTS, fit: { epochs: 2 } })
    writeFileSync(join(folder(), 'model.mjs'), toModule(model))
    writeFileSync(
      join(folder(), 'use.mts'),
      `import { columns, predict } from './model.mjs'
      const price: number = predict({ area: 50, town: 'east' }).price
      const label: string | number | boolean = predict([{ area: 50, town: 'east' }])[0].state.label
      const low: number = predict({ area: 50, town: 'east' }, { interval: 0.9 }).price.low
      const count: number = predict({ area: 50, town: 'east' }, { interval: 0.9 }).state.labels.length
      const name: string = columns[0].name
      // @ts-expect-error: text is no record
      predict('1, 2')
      export { count, label, low, name, price }`,
    )
    const given = ['--allowJs', '--ignoreConfig', '--strict', '--noEmit', '--target', 'es2022']
    const { status, stdout } = node([
      TSC,
      ...[...given, '--module', 'nodenext', '--types', ''],
      join(folder(), 'use.mts'),
    ])
    assert.equal(status, 0, stdout)
  })
})
