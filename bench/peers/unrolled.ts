/** The experiment's network by hand in JavaScript (bench/experiment/rivals) as a peer, alone in its process. */

import { Network } from 'lockstep-nn'
import { trainUnrolled } from '../experiment/rivals/unrolled.js'
import { secondsOf, serve } from './serve.js'

await serve(({ inputs, layers, x, y, starts }) => ({
  version: `Node ${process.versions.node}`,
  float: 64,
  sameStart: true,
  async train(start, epochs) {
    const parameters = starts[start].slice()
    const losses = new Float64Array(epochs)
    const seconds = await secondsOf(() => trainUnrolled(parameters, x, y, losses))
    return { seconds, predictions: new Network({ inputs, layers, parameters }).predict(x) }
  },
}))
