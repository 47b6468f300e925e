// The subpaths of the package, compiled against its types alone. scripts/pack-test.mjs checks its output.
import { Network } from 'lockstep-nn'
import {
  fromSafetensors,
  type LoadSafetensorsOptions,
  loadSafetensors,
  toModule,
  toSafetensors,
} from 'lockstep-nn/formats'
import { type OnnxOptions, toOnnx } from 'lockstep-nn/onnx'

const network = new Network({
  inputs: 2,
  layers: [
    { units: 3, activation: 'softplus' },
    { units: 2, activation: 'softmax' },
  ],
  seed: 7,
})
const file: Uint8Array = toSafetensors(network)
const options: LoadSafetensorsOptions = { names: (name: string) => name, transposed: false }
const other = new Network({ inputs: 2, layers: [{ units: 3 }, { units: 2 }] })
loadSafetensors(other, file, options)

const text: string = toModule(network)
const { predict } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Pick<Network, 'predict'>
const x = [[0.5, -2]]

function onnx(options: OnnxOptions): string {
  try {
    const bytes: Uint8Array = toOnnx(network, options)
    return `${bytes.length > 100 ? 'some' : 'few'} bytes`
  } catch (error) {
    return (error as Error).message
  }
}

declare const console: { log(line: string): void }
console.log(
  JSON.stringify({
    safetensors: fromSafetensors(file).digest() === network.digest(),
    loaded: other.parameters.join() === network.parameters.join(),
    module: predict(x).join() === network.predict(x).join(),
    onnx: onnx({ precision: 'float64' }),
  }),
)
