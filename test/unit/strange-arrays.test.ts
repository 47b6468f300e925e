/**
 * Arrays of other realms, of subclasses and with properties of their own: every function that takes arrays reads only their memory,
 * and gives the bits of an ordinary array of the same values.
 */
import assert from 'node:assert/strict'
import { checkGradients, Ensemble, metrics, Network, Trainer, type TrainerOptions } from 'lockstep-nn'
import { labelEncoder, minMaxScaler, oneHot, robustScaler, standardScaler } from 'lockstep-nn/data'
import { fromSafetensors, loadSafetensors, toSafetensors } from 'lockstep-nn/formats'
import { toOnnx } from 'lockstep-nn/onnx'
import { sameBits } from '../support/bits.js'
import { implementations } from '../support/paths.js'
import { rowTests } from '../support/rows.js'
import { foreign, foreignShared, strangeArrays } from '../support/strange-arrays.js'

type Make = (values: ArrayLike<number>) => Float64Array

const ROWS = 12
const X = Float64Array.from({ length: 2 * ROWS }, (_, i) => ((7 * i) % 11) / 4 - 1)
const Y = Float64Array.from({ length: ROWS }, (_, i) => ((5 * i) % 7) / 6)
const SIGNS = Y.map((value) => Number(value > 0.5))
const WEIGHTS = Float64Array.from({ length: ROWS }, (_, i) => 1 + (i % 3))
const LAYERS = [{ units: 3, activation: 'tanh' }, { units: 1 }] as const
const COUNT = 13
const PARAMETERS = Float64Array.from({ length: COUNT }, (_, i) => ((3 * i) % 5) / 8 - 0.2)
const OPTIONS = { loss: 'meanSquaredError', optimizer: 'adam', metrics: ['meanAbsoluteError'] } as const
const FIT = { epochs: 4, batchSize: 5, seed: 3 } as const

const newNetwork = (): Network => new Network({ inputs: 2, layers: LAYERS, seed: 1 })
const trainerOf = (options: Partial<TrainerOptions> = {}) => new Trainer(newNetwork(), { ...OPTIONS, ...options })

/** All arguments of a fit. */
const all = (make: Make) => ({
  ...FIT,
  sampleWeight: make(WEIGHTS),
  validationData: { x: make(X), y: make(Y), sampleWeight: make(WEIGHTS) },
  classWeight: make(Float64Array.of(1, 2)) as unknown as number[],
})

const fitted = (trainer: Trainer, losses: Float64Array): Float64Array[] => [
  trainer.network.parameters,
  trainer.optimizerState,
  losses,
]

/** By name: the result of a function whose arrays `make` creates. */
const functions: Readonly<Record<string, (make: Make) => unknown>> = {
  'new Network': (make) => {
    const memory = make(PARAMETERS)
    const network = new Network({ inputs: 2, layers: LAYERS, parameters: memory })
    new Trainer(network, OPTIONS).fitSync(X, Y, FIT)
    const { weights } = network.getLayer(1)
    return [network.parameters, memory, network.digest(), network.clone().parameters, weights, toSafetensors(network)]
  },
  'new Ensemble': (make) => {
    const memory = make([...PARAMETERS, ...PARAMETERS])
    const ensemble = new Ensemble({ inputs: 2, layers: LAYERS, seeds: [1, 2], parameters: memory })
    new Trainer(ensemble, OPTIONS).fitSync(make(X), make(Y), { ...FIT, seed: [1, 2] })
    return [ensemble.parameters, memory, ensemble.members[1].parameters, ensemble.predict(make(X)).mean]
  },
  toOnnx: (make) => toOnnx(new Network({ inputs: 2, layers: LAYERS, parameters: make(PARAMETERS) })),
  predict: (make) => {
    const output = make(new Float64Array(ROWS))
    const network = newNetwork()
    assert.equal(network.predict(make(X), { output }), output)
    return [output, network.predict(make(X)), network.predict([make([1, 2]), make([3, 4])])]
  },
  predictAsync: async (make) => {
    const output = make(new Float64Array(ROWS))
    const network = newNetwork()
    assert.equal(await network.predictAsync(make(X), { output }), output)
    return [output, await network.predictAsync(make(X)), await network.predictAsync([make([1, 2]), make([3, 4])])]
  },
  evaluate: (make) => trainerOf().evaluate(make(X), make(Y), { sampleWeight: make(WEIGHTS) }),
  fitSync: (make) => {
    const trainer = trainerOf()
    return fitted(trainer, trainer.fitSync(make(X), make(SIGNS), all(make)).loss)
  },
  fit: async (make) => {
    const trainer = trainerOf()
    return fitted(trainer, (await trainer.fit(make(X), make(SIGNS), all(make))).loss)
  },
  'fit of a network over such an array': async (make) => {
    const memory = make(PARAMETERS)
    const network = new Network({ inputs: 2, layers: LAYERS, parameters: memory })
    await new Trainer(network, OPTIONS).fit(X, Y, FIT)
    return memory
  },
  'partialFit after the state was set': async (make) => {
    const first = trainerOf({ schedule: { name: 'reduceOnPlateau', patience: 0 } })
    first.fitSync(X, Y, FIT)
    const second = trainerOf({ schedule: { name: 'reduceOnPlateau', patience: 0 } })
    second.optimizerState = make(first.optimizerState)
    second.scheduleState = make(first.scheduleState)
    const { loss } = await second.partialFit(make(X), make(Y), FIT)
    return fitted(second, loss)
  },
  'targets of a distribution, smoothed': (make) => {
    const layers = [{ units: 2, activation: 'softmax' }] as const
    const loss = { name: 'categoricalCrossentropy', labelSmoothing: 0.1 } as const
    const trainer = new Trainer(new Network({ inputs: 2, layers, seed: 1 }), { loss, optimizer: 'sgd' })
    const y = Float64Array.from({ length: 2 * ROWS }, (_, i) => Number(i % 2 === 0))
    return fitted(trainer, trainer.fitSync(make(X), make(y), FIT).loss)
  },
  'numbers of classes': (make) => {
    const layers = [{ units: 2, activation: 'softmax' }] as const
    const network = new Network({ inputs: 2, layers, seed: 1 })
    const trainer = new Trainer(network, { loss: 'sparseCategoricalCrossentropy', optimizer: 'sgd' })
    return fitted(trainer, trainer.fitSync(make(X), make(SIGNS), FIT).loss)
  },
  checkGradients: (make) =>
    checkGradients(newNetwork(), make(X), make(Y), { loss: 'meanSquaredError', sampleWeight: make(WEIGHTS) }),
  ...Object.fromEntries(
    (['accuracy', 'f1', 'meanAbsoluteError', 'r2', 'rocAuc', 'confusionMatrix'] as const).map((name) => [
      `metrics.${name}`,
      (make: Make) => metrics[name](make(SIGNS), make(Y)),
    ]),
  ),
  'metrics of several outputs': (make) => metrics.accuracy(make(SIGNS), make(X), { outputs: 2 }),
  ...Object.fromEntries(
    Object.entries({ standardScaler, minMaxScaler, robustScaler }).map(([name, maker]) => [
      name,
      (make: Make) => {
        const scaler = maker.fit(make(X), { columns: 2 })
        return [scaler.toJSON(), scaler.transform(make(X)), scaler.inverse(make(X))]
      },
    ]),
  ),
  'labelEncoder.inverse': (make) => labelEncoder.fit(['a', 'b']).inverse(make(SIGNS)),
  'oneHot.inverse': (make) => oneHot.fit(['a', 'b']).inverse(make(X)),
}

/** The same with the bits of all arrays in it. */
function withBits(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    return Buffer.from(bytes).toString('hex')
  }
  if (Array.isArray(value)) return value.map(withBits)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withBits(one)]))
}

/** The values in the memory of an array with misleading properties. */
const reread = (value: unknown): unknown => {
  if (!ArrayBuffer.isView(value) || !strange.has(value)) return Array.isArray(value) ? value.map(reread) : value
  return Float64Array.from({ length: strange.get(value) as number }, (_, i) => (value as Float64Array)[i])
}
const strange = new Map<unknown, number>()

describe('an array of another realm, a subclass or with properties of its own', () => {
  const row = rowTests()
  for (const [kind, make] of Object.entries(strangeArrays)) {
    for (const [name, call] of Object.entries(functions)) {
      row('gives the bits of an ordinary one', `${kind}: ${name}`, async () => {
        const expected = withBits(await call((values) => Float64Array.from(values)))
        const actual = await call((values) => {
          const array = make(values)
          strange.set(array, values.length)
          return array
        })
        assert.deepEqual(withBits(reread(actual)), expected)
      })
    }
  }

  it('is refused where its buffer may change its length, or was transferred, in another realm too', () => {
    const network = newNetwork()
    const resizable = foreign([1, 2, 3, 4]).constructor.constructor(
      'return new Float64Array(new ArrayBuffer(32, { maxByteLength: 64 }))',
    )() as Float64Array
    const tracking = foreign([1]).constructor.constructor(
      'return new Float64Array(new SharedArrayBuffer(32, { maxByteLength: 64 }))',
    )() as Float64Array
    for (const one of [resizable, tracking]) {
      assert.throws(
        () => network.predict(one),
        /Expected a buffer of fixed length for x but received a resizable one\./,
      )
    }
    const gone = foreign([1, 2, 3, 4])
    structuredClone(gone, { transfer: [gone.buffer] })
    assert.throws(
      () => network.predict(gone),
      /Expected an attached buffer for x but received a Float64Array of length 0/,
    )
  })

  it('reads a safetensors file from bytes of another realm, of a Buffer, and with properties of their own', () => {
    const bytes = toSafetensors(newNetwork())
    const realm = foreign([1]).constructor.constructor('return (bytes) => Uint8Array.from(bytes)')()
    const own = Object.defineProperties(Uint8Array.from(bytes), {
      length: { value: 4 },
      subarray: { value: () => new Uint8Array(8) },
    })
    for (const given of [realm(bytes), Buffer.from(bytes), own]) {
      sameBits(fromSafetensors(given).parameters, newNetwork().parameters, 'parameters')
      const network = new Network({ inputs: 2, layers: LAYERS, initializer: 'zeros' })
      loadSafetensors(network, given)
      sameBits(network.parameters, newNetwork().parameters, 'parameters')
    }
  })
})

describe('fit, asynchronously', () => {
  const outcome = async (backend: string, make: Make, after: (array: Float64Array) => void) => {
    const trainer = trainerOf({ backend })
    const arrays: Float64Array[] = []
    const noted: Make = (values) => {
      const array = make(values)
      arrays.push(array)
      return array
    }
    const training = trainer.fit(noted(X), noted(SIGNS), { ...all(noted), epochs: 300 })
    arrays.forEach(after)
    return fitted(trainer, (await training).loss).map((values) => Buffer.from(values.buffer).toString('hex'))
  }

  for (const backend of implementations) {
    it(`keeps its bits where arrays of another realm are overwritten or transferred during the training: ${backend}`, async () => {
      const plain: Make = (values) => Float64Array.from(values)
      const expected = await outcome(backend, plain, () => {})
      const fill = (array: Float64Array) => void Float64Array.prototype.fill.call(array, 99)
      const transfer = (array: Float64Array) => {
        const { buffer } = array
        if (buffer instanceof SharedArrayBuffer || buffer.constructor.name !== 'ArrayBuffer') return fill(array)
        structuredClone(array, { transfer: [buffer as ArrayBuffer] })
        globalThis.gc?.()
      }
      for (const make of [plain, foreign, strangeArrays['with a subarray of its own']]) {
        assert.deepEqual(await outcome(backend, make, fill), expected)
        assert.deepEqual(await outcome(backend, make, transfer), expected)
      }
    })

    it(`trains a network whose parameters another realm owns, and names them where they are transferred: ${backend}`, async () => {
      const memory = foreign(PARAMETERS)
      const network = new Network({ inputs: 2, layers: LAYERS, parameters: memory })
      const training = new Trainer(network, { ...OPTIONS, backend }).fit(X, Y, { epochs: 300 })
      structuredClone(memory, { transfer: [memory.buffer] })
      await assert.rejects(training, /Expected an attached buffer for network\.parameters but received/)
    })
  }

  it('reads shared memory of another realm in place', async () => {
    const trainer = trainerOf()
    const [x, y] = [foreignShared(X), foreignShared(Y)]
    const { loss } = await trainer.fit(x, y, FIT)
    const expected = trainerOf()
    sameBits(loss, expected.fitSync(X, Y, FIT).loss, 'loss')
    sameBits(trainer.network.parameters, expected.network.parameters, 'parameters')
  })
})
