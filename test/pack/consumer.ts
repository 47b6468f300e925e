// TypeScript that is compiled as an ES module and as a CommonJS module, in each mode of module resolution, against the types of
// the package alone. scripts/pack/consumers.mjs compares what it prints.
import {
  backends,
  DivergenceError,
  type FitOptions,
  type History,
  metrics,
  Network,
  type NetworkOptions,
  Trainer,
  useAddon,
} from 'lockstep-nn'
import { type Column, Model, standardScaler } from 'lockstep-nn/data'
import { fromSafetensors, toSafetensors } from 'lockstep-nn/formats'
import { type OnnxOptions, toOnnx } from 'lockstep-nn/onnx'

const x: Float64Array = Float64Array.from({ length: 60 }, (_, i) => ((i * 37) % 101) / 50 - 1)
const y: Float64Array = Float64Array.from({ length: 20 }, (_, i) => x[i * 3] * x[i * 3 + 1] - x[i * 3 + 2])
const options: NetworkOptions = { inputs: 3, layers: [{ units: 5, activation: 'tanh' }, { units: 1 }], seed: 7 }
const fit: FitOptions = { epochs: 20, batchSize: 8, seed: 1 }

declare const console: { log(line: string): void }

async function main(): Promise<void> {
  const network: Network = new Network(options)
  const trainer: Trainer = new Trainer(network, { loss: 'meanSquaredError', optimizer: 'adam' })
  const history: History = await trainer.fit(x, y, fit)
  const error: number = metrics.meanAbsoluteError(y, network.predict(x))
  const same: boolean = fromSafetensors(toSafetensors(network)).digest() === network.digest()
  const records = Array.from(y, (value, i) => ({ height: x[i * 3], kind: value > 0 ? 'more' : 'less' }))
  const model: Model<'label'> = await Model.fit(records, { target: 'kind', fit: { epochs: 3 } })
  const columns: readonly Column[] = model.columns
  const scaled: Float64Array = standardScaler.fit([[1], [2]]).transform([[3]])
  const numbers = [history.epochs, error, columns.length, scaled[0]]
  const { name }: { name: string } = trainer.backend
  const isNative = name.startsWith('native/') && backends().some((backend) => backend.available)
  console.log(JSON.stringify({ isNative, same, numbers, digest: `${network.digest()} ${model.digest()}` }))
}

/** Never called: wrong types are errors in every mode. */
export function types(network: Network): void {
  const onnx: OnnxOptions = { precision: 'float32' }
  const bytes: Uint8Array = toOnnx(network, onnx)
  const error = new Error() as Error | DivergenceError
  if (error instanceof DivergenceError) useAddon(error.epoch > bytes.length ? './lockstep_nn.node' : {})
  // @ts-expect-error: relu has no alpha
  new Network({ inputs: 1, layers: [{ units: 1, activation: 'relu', alpha: 0.2 }] })
  // @ts-expect-error: a path or an object
  useAddon(1)
  // @ts-expect-error: there is no such loss
  new Trainer(network, { loss: 'squared', optimizer: 'sgd' })
}

main()
