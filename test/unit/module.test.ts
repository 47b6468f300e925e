/** Networks as ES modules: the same bits as `predict`, in a process of their own, without Node's own functions. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { type LayerOption, Network, type Rows } from 'lockstep-nn'
import { toModule } from 'lockstep-nn/formats'
import { cases } from '../support/arbitraries.js'
import { bitsOf, sameBits } from '../support/bits.js'
import { dataOf } from '../support/case.js'
import { node, ROOT, script } from '../support/child.js'
import { drawCount } from '../support/drawn.js'
import { folderOf } from '../support/folder.js'
import { moduleOf } from '../support/module-exports.js'
import { rowTests } from '../support/rows.js'
import { networkOf } from '../support/run.js'
import { activationNames, activationTable } from '../support/tables.js'
import { ODD_VALUES } from '../support/values.js'

const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')

interface Predictor {
  readonly predict: (x: Rows) => Float64Array
  readonly inputs: number
  readonly outputs: number
  readonly layers: unknown
  readonly digest: string
}

const exportsOf = (text: string): Predictor => moduleOf(text) as Predictor

const newNetwork = (options: object = {}): Network =>
  new Network({ inputs: 2, layers: [{ units: 3, activation: 'tanh' }, { units: 2 }], seed: 1, ...options })

/** From tiny to huge, in both signs. */
const POINTS = Float64Array.from(
  [...ODD_VALUES, ...Array.from({ length: 400 }, (_, i) => (i - 200) / 8), 1e-8, 700, 710, -745].filter(
    Number.isFinite,
  ),
)

describe('the module of a network', () => {
  const row = rowTests()
  const folder = folderOf()

  for (const activation of activationNames) {
    row('gives the same bits in another process', activation, () => {
      const layers = [{ units: 1 }, { units: 4, activation }] as LayerOption[]
      const parameters = Float64Array.of(1, 0, 1, -1, 0.5, 1e-3, 0, 0, 0.25, -0.25)
      const network = new Network({ inputs: 1, layers, parameters })
      const file = join(folder(), `${activation}.mjs`)
      writeFileSync(file, toModule(network))
      const { status, stdout, stderr } = script(`
        import { digest, predict } from ${JSON.stringify(pathToFileURL(file))}
        const bits = (values) => Buffer.from(values.buffer).toString('hex')
        const x = Float64Array.from(${JSON.stringify(Array.from(POINTS, String))}, Number)
        console.log(JSON.stringify([digest, bits(predict(x))]))`)
      assert.equal(status, 0, stderr)
      const [digest, hex] = JSON.parse(stdout) as [string, string]
      assert.equal(digest, network.digest())
      const values = new Float64Array(Uint8Array.from(Buffer.from(hex, 'hex')).buffer)
      sameBits(values, network.predict(POINTS), activation)
    })
  }

  it('gives the same bits for any network, without anything of Node', () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const network = networkOf(drawn)
        const { x } = dataOf(drawn)
        const before = bitsOf(x)
        sameBits(exportsOf(toModule(network)).predict(x), network.predict(x), 'predictions')
        assert.deepEqual(bitsOf(x), before)
      }),
      { numRuns: drawCount(200) },
    )
  })

  it('gives the same bits for odd parameters, and for rows in any form', () => {
    const odd = [-1e300, -0, 5e-324, 1]
    const parameters = new Float64Array(17).map((_, i) => odd[i % odd.length])
    const network = newNetwork({ seed: undefined, parameters })
    const { predict } = exportsOf(toModule(network))
    const rows = [[0.5, -1], Float64Array.of(2, -0)]
    sameBits(predict(rows), network.predict(rows), 'predictions')
    const shared = new Float64Array(new SharedArrayBuffer(16))
    sameBits(predict(shared), network.predict(shared), 'predictions of shared memory')
  })

  it('describes itself in a comment', () => {
    const network = newNetwork()
    const { inputs, outputs, layers, digest } = exportsOf(toModule(network))
    assert.deepEqual({ inputs, outputs, digest }, { inputs: 2, outputs: 2, digest: network.digest() })
    assert.equal(JSON.stringify(layers), JSON.stringify(network.toJSON().layers))
    assert.ok(toModule(network).includes(` * SHA-256 of its architecture and parameters: ${digest}\n`))
  })

  it('has types', () => {
    writeFileSync(join(folder(), 'network.mjs'), toModule(newNetwork()))
    writeFileSync(
      join(folder(), 'use.mts'),
      `import { digest, inputs, predict } from './network.mjs'
      const answers: Float64Array = predict([[1, 2], Float64Array.of(1, 2)])
      const values: [string, number] = [digest, inputs]
      // @ts-expect-error: text is no sample
      predict('1, 2')
      export { answers, values }`,
    )
    const given = [
      '--allowJs',
      '--ignoreConfig',
      '--strict',
      '--noEmit',
      '--target',
      'es2022',
      '--module',
      'nodenext',
      '--types',
      '',
    ]
    const { status, stdout } = node([TSC, ...given, join(folder(), 'use.mts')])
    assert.equal(status, 0, stdout)
  })

  it('imports nothing', () => {
    const text = toModule(newNetwork())
    assert.doesNotMatch(text, /\b(?:import|require|process|Buffer|globalThis)\b/)
  })

  it('grows by 11 letters for each parameter', () => {
    const sizeOf = (units: number) =>
      toModule(newNetwork({ layers: [{ units, activation: 'tanh' }, { units: 1 }] })).length
    const fixed = sizeOf(1)
    for (const units of [10, 1000, 20_000]) assert.ok(sizeOf(units) < fixed + 11 * 4 * units, `${units} units`)
    assert.ok(fixed < 12_000, `${fixed}`)
  })

  it('holds the functions of its own activations and no others', () => {
    assert.match(toModule(newNetwork()), /function tanh\(/)
    assert.doesNotMatch(toModule(newNetwork()), /function (?:log|softplus)\(/)
    for (const name of activationNames) {
      const layers = [{ units: 2, activation: name }] as LayerOption[]
      const row = activationTable[name].kind === 'row'
      assert.ok(toModule(newNetwork({ layers })).includes(`activation: "${name}", row: ${row}`), name)
    }
  })

  const same = 'x but received'
  const wrong: readonly (readonly [string, unknown, string, string])[] = [
    [
      'too few values',
      new Float64Array(3),
      'RangeError',
      `Expected rows of 2 values for ${same} a Float64Array of length 3.`,
    ],
    [
      'no values',
      new Float64Array(0),
      'RangeError',
      `Expected rows of 2 values for ${same} a Float64Array of length 0.`,
    ],
    ['no rows', [], 'RangeError', `Expected at least one row for ${same} none.`],
    ['a flat list', [1, 2], 'TypeError', 'Expected a row (an array of numbers or a Float64Array) for x[0].'],
    ['text', 'abc', 'TypeError', 'Expected a Float64Array or an array of rows for x.'],
    ['nothing', undefined, 'TypeError', 'Expected a Float64Array or an array of rows for x.'],
    ['float32 values', new Float32Array(2), 'TypeError', 'Expected a Float64Array or an array of rows for x.'],
    ['a short row', [[1, 2], [3]], 'RangeError', 'Expected a row of 2 values for x[1] but received one of length 1.'],
    ['a row with text', [[1, '2']], 'TypeError', 'Expected a number for x[0][1].'],
    ['a hole', [[1]].map(() => new Array(2)), 'TypeError', 'Expected a number for x[0][0].'],
    ['NaN', [[1, NaN]], 'RangeError', 'Expected a finite number for x[0][1] but received NaN.'],
    [
      'Infinity',
      Float64Array.of(1, 2, -Infinity, 4),
      'RangeError',
      'Expected a finite number for x[1][0] but received -Infinity.',
    ],
  ]
  for (const [title, x, name, message] of wrong) {
    row('refuses wrong options by name', title, () => {
      const { predict } = exportsOf(toModule(newNetwork()))
      assert.throws(() => predict(x as Rows), { name, message })
    })
  }

  it('is made of networks and models only', () => {
    assert.throws(() => toModule({} as never), {
      name: 'TypeError',
      message: 'Expected a Network or a Model for network but received an object.',
    })
  })

  it('has a limit, and an error that names it', () => {
    const network = Object.create(newNetwork(), { parameterCount: { value: 50_000_001 } }) as Network
    assert.throws(() => toModule(network), {
      name: 'RangeError',
      message:
        'Expected at most 50000000 parameters for network but received a network with 50000001. Save it with toSafetensors() of lockstep-nn/formats.',
    })
  })
})
