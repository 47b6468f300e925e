// The subpaths of the package in a CommonJS module. scripts/pack-test.mjs checks its output.
const { Network } = require('lockstep-nn')
const { fromSafetensors, loadSafetensors, toModule, toSafetensors } = require('lockstep-nn/formats')
const { toOnnx } = require('lockstep-nn/onnx')

const network = new Network({
  inputs: 2,
  layers: [
    { units: 3, activation: 'softplus' },
    { units: 2, activation: 'softmax' },
  ],
  seed: 7,
})
const file = toSafetensors(network)
const other = new Network({ inputs: 2, layers: [{ units: 3 }, { units: 2 }] })
loadSafetensors(other, file)
const x = [[0.5, -2]]

function onnx() {
  try {
    return `${toOnnx(network).length > 100 ? 'some' : 'few'} bytes`
  } catch ({ message }) {
    return message
  }
}

import(`data:text/javascript,${encodeURIComponent(toModule(network))}`).then(({ predict }) => {
  console.log(
    JSON.stringify({
      safetensors: fromSafetensors(file).digest() === network.digest(),
      loaded: other.parameters.join() === network.parameters.join(),
      module: predict(x).join() === network.predict(x).join(),
      onnx: onnx(),
    }),
  )
})
