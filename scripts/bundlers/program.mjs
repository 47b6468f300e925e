// What a bundle runs, and Node.js for comparison: trainings of several kinds, files in memory, and what needs Node.js.
import { backends, Ensemble, Network, Trainer } from 'lockstep-nn'
import { Model, readCsv } from 'lockstep-nn/data'
import { fromSafetensors, toModule, toSafetensors } from 'lockstep-nn/formats'
import { toOnnx } from 'lockstep-nn/onnx'

/** A text of bytes or letters that changes with each of them: FNV-1a. */
function hashOf(content) {
  let hash = 0x811c9dc5
  for (let i = 0; i < content.length; i++) {
    hash = Math.imul(hash ^ (typeof content === 'string' ? content.charCodeAt(i) : content[i]), 0x01000193)
  }
  return (hash >>> 0).toString(16)
}

const errorOf = async (call) => {
  try {
    await call()
    return 'no error'
  } catch ({ message }) {
    return message
  }
}

/** Samples by a formula, the same everywhere. */
const samples = (rows, inputs) =>
  Float64Array.from({ length: rows * inputs }, (_, i) => (((i * 7919) % 1009) - 504) / 504)

const newNetwork = () =>
  new Network({
    inputs: 4,
    seed: 5,
    layers: [
      { units: 16, activation: 'gelu' },
      { type: 'layerNormalization' },
      { type: 'dropout', rate: 0.1 },
      { units: 8, activation: 'tanh' },
      { units: 3, activation: 'softmax' },
    ],
  })

const RECORDS = Array.from({ length: 40 }, (_, i) => ({
  a: i % 7,
  b: i % 2 === 0 ? 'x' : 'y',
  c: i % 3 === 0 ? 'p' : 'q',
}))

async function trainings() {
  const x = samples(120, 4)
  const y = Float64Array.from({ length: 360 }, (_, i) => ((i * 31) % 3 === Math.floor(i / 3) % 3 ? 1 : 0))
  const options = {
    loss: 'categoricalCrossentropy',
    optimizer: { name: 'adam', learningRate: 0.01 },
    metrics: ['accuracy'],
  }
  const small = new Network({ inputs: 2, seed: 1, layers: [{ units: 2, activation: 'tanh' }, { units: 1 }] })
  const xor = [
    [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    [[0], [1], [1], [0]],
  ]
  new Trainer(small, { loss: 'meanSquaredError', optimizer: 'sgd' }).fitSync(...xor, { epochs: 200 })
  const network = newNetwork()
  const trainer = new Trainer(network, options)
  const settings = { epochs: 12, batchSize: 16, seed: 3, validationSplit: 0.2 }
  const [history] = await Promise.all([
    trainer.fit(x, y, settings),
    new Trainer(newNetwork(), options).fit(x, y, { epochs: 2 }),
  ])
  const ensemble = new Ensemble({
    inputs: 4,
    seeds: [1, 2, 3],
    layers: [{ units: 5 }, { units: 3, activation: 'softmax' }],
  })
  await new Trainer(ensemble, options).fit(x, y, { epochs: 3, batchSize: 32 })
  const gradients = network.gradients(x, y).parameters
  return {
    network,
    small: small.digest(),
    trained: network.digest(),
    restored: Network.fromJSON(JSON.stringify(network)).digest(),
    ensemble: ensemble.digest(),
    history: hashOf(JSON.stringify({ ...history, backend: null, milliseconds: null, seconds: null })),
    predictions: hashOf(new Uint8Array((await network.predictAsync(x, { threads: 'auto' })).buffer)),
    gradients: hashOf(new Uint8Array(gradients.buffer)),
  }
}

/**
 * Digests that are the same wherever this runs.
 * @param {object} [protobuf] the package `@bufbuild/protobuf/wire`
 */
export async function digests(protobuf) {
  const { network, ...trained } = await trainings()
  const model = await Model.fit(RECORDS, { target: 'c', fit: { epochs: 5 } })
  const bytes = toSafetensors(network)
  return {
    ...trained,
    model: model.digest(),
    modelRestored: Model.fromJSON(JSON.stringify(model)).digest(),
    safetensors: hashOf(bytes),
    safetensorsRestored: fromSafetensors(bytes).digest(),
    module: hashOf(toModule(network)),
    onnx: protobuf === undefined ? null : hashOf(toOnnx(network, { protobuf })),
    damaged: await errorOf(() => Network.fromJSON('{"format": "lockstep-nn"}')),
  }
}

/** What needs Node.js or an optional package: the results or the messages. */
export async function boundaries() {
  const network = newNetwork()
  const options = { loss: 'categoricalCrossentropy', optimizer: 'sgd' }
  const trainer = new Trainer(network, options)
  const model = await Model.fit(RECORDS, { target: 'c', fit: { epochs: 1 } })
  const settings = { epochs: 1, checkpoint: { path: 'run.ckpt' } }
  return {
    csv: await readCsv({ text: 'a,b\n1,"x ""y"""\n2,z\n' }, { columns: { a: 'number', b: 'string' } }).catch(
      ({ message }) => message,
    ),
    onnx: await errorOf(() => toOnnx(network)),
    save: await errorOf(() => model.save('model.json')),
    load: await errorOf(() => Model.load('model.json')),
    readCsv: await errorOf(() => readCsv('table.csv', { columns: { a: 'number' } })),
    checkpoint: await errorOf(() => trainer.fit([[1, 2, 3, 4]], [[1, 0, 0]], settings)),
    native: await errorOf(() => new Trainer(network, { ...options, backend: 'native' })),
    backends: backends()
      .filter(({ available }) => available)
      .map(({ name }) => name),
  }
}
