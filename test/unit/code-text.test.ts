/** Options as code: the code makes the same options, and the program of a trial trains the same network. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Network, Trainer } from 'lockstep-nn'
import { Model } from 'lockstep-nn/data'
import { codeText, repeatCode } from '#lib/search/study/code-text.js'
import { drawCount } from '../support/drawn.js'
import { rowTests } from '../support/rows.js'

const evaluated = (code: string): unknown => new Function(`return (${code})`)()

describe('options as code', () => {
  const row = rowTests()

  const cases: readonly [value: unknown, code: string][] = [
    ['it\'s "a"\\\n', `'it\\'s "a"\\\\\\n'`],
    [-0, '-0'],
    [NaN, 'NaN'],
    [1e-7, '1e-7'],
    [5n, '5n'],
    [[], '[]'],
    [{}, '{}'],
    [undefined, 'undefined'],
    [{ a: undefined, b: null, 'c-d': true, 3: 1 }, "{ '3': 1, b: null, 'c-d': true }"],
    [Float64Array.of(1, -0), 'Float64Array.of(1, -0)'],
    [new Int8Array(2000), '/* a Int8Array of 2000 values */ undefined'],
    [Math.max, '/* a function */ undefined'],
    [JSON.parse('{ "__proto__": 1 }'), "{ ['__proto__']: 1 }"],
    [
      {
        network: { inputs: 7, layers: [{ units: 16, activation: 'relu' }, { units: 1 }] },
        fit: { epochs: 100, batchSize: 16 },
      },
      `{
  network: { inputs: 7, layers: [{ units: 16, activation: 'relu' }, { units: 1 }] },
  fit: { epochs: 100, batchSize: 16 },
}`,
    ],
  ]
  for (const [value, code] of cases) {
    row('are short, and in lines where they are long', code, () => assert.equal(codeText(value), code))
  }

  it('are the same options again', () => {
    const values = fc.object({
      values: [fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.bigInt()],
      maxDepth: 4,
      key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '1', 'a')),
    })
    fc.assert(
      fc.property(values, (value) => assert.deepEqual(evaluated(codeText(value)), value)),
      { numRuns: drawCount(1000) },
    )
  })

  it('end where a value contains itself', () => {
    const circle: unknown[] = []
    circle.push(circle)
    assert.match(codeText(circle), /and more/)
  })
})

describe('the program of a trial', () => {
  const OPTIONS = {
    network: { inputs: 2, layers: [{ units: 4, activation: 'tanh' }, { units: 1 }], seed: 3 },
    trainer: { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: 0.0123456789 } },
    fit: { epochs: 5, batchSize: 2, seed: 3 },
  } as const

  it('trains the same network', async () => {
    const x = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]
    const y = [[0], [1], [1], [0]]
    const { code, data } = repeatCode(OPTIONS)!
    assert.equal(data, 'arrays')
    assert.match(code, /^import \{ Network, Trainer \} from 'lockstep-nn'\n/)
    const body = code.replace(/^import.*\n/, '')
    const run = new Function('Network', 'Trainer', 'x', 'y', `return (async () => {${body}\nreturn network })()`)
    const repeated: Network = await run(Network, Trainer, x, y)
    const network = new Network(OPTIONS.network)
    await new Trainer(network, OPTIONS.trainer).fit(x, y, OPTIONS.fit)
    assert.equal(repeated.digest(), network.digest())
  })

  it('has the validation samples where these decide when the training ends', () => {
    const validated = (trainer: object, fit: object) =>
      repeatCode({ ...OPTIONS, trainer, fit })!.code.includes('validationData: [validationX, validationY]')
    assert.equal(validated({}, {}), false)
    assert.equal(validated({}, { earlyStopping: { patience: 3 } }), true)
    assert.equal(validated({ schedule: 'reduceOnPlateau' }, {}), true)
    assert.equal(validated({ schedule: { name: 'reduceOnPlateau' } }, {}), true)
    assert.equal(validated({ schedule: 'cosine' }, {}), false)
  })

  it('trains the same model of records', async () => {
    const records = Array.from({ length: 12 }, (_, i) => ({ size: i, color: ['red', 'blue'][i % 2], price: i * 2 }))
    const model = { target: 'price' as const, hidden: [3], fit: { epochs: 3 }, seed: 5 }
    const { code, data } = repeatCode({ model })!
    assert.equal(data, 'records')
    const body = code.replace(/^import.*\n/, '')
    const run = new Function('Model', 'records', `return (async () => {${body}\nreturn model })()`)
    const repeated: Model = await run(Model, records)
    assert.equal(repeated.digest(), (await Model.fit(records, model)).digest())
  })

  const row = rowTests()
  for (const options of [null, 1, {}, { network: {} }, { network: [], trainer: {} }, { model: [] }]) {
    row('is missing where the options are of no network or model', codeText(options), () =>
      assert.equal(repeatCode(options), null),
    )
  }
})
