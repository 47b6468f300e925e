/** Calls with arrays that overlap, and with parameters whose buffer was transferred. */
import { type Network, Trainer } from 'lockstep-nn'
import { detach, newNetwork, TRANSFERRED, type WrongCall } from '../../support/wrong.js'

const x = Float64Array.of(0, 1, 1, 0)
const y = Float64Array.of(1, 0, 0, 1)
const newTrainer = (network: Network) => new Trainer(network, { loss: 'meanSquaredError', optimizer: 'sgd' })

const apart = (name: string, from: string): string =>
  `Expected memory that does not overlap that of ${from} for ${name} but received an array that overlaps it. Copy one of them.`

const overlaps: readonly WrongCall[] = [
  {
    title: 'fitSync with samples in the memory of the parameters',
    call: (network) => newTrainer(network).fitSync(network.parameters.subarray(3, 7), y),
    error: 'RangeError',
    message: apart('x', 'network.parameters'),
  },
  {
    title: 'fitSync with targets in the memory of the parameters',
    call: (network) => newTrainer(network).fitSync(x, network.parameters.subarray(13, 17)),
    error: 'RangeError',
    message: apart('y', 'network.parameters'),
  },
  {
    title: 'fitSync with weights in the memory of the parameters',
    call: (network) => newTrainer(network).fitSync(x, y, { sampleWeight: network.parameters.subarray(3, 5).fill(0.5) }),
    network: () => newNetwork({ initializer: { name: 'uniform', min: 0.5, max: 0.5 }, seed: undefined }),
    error: 'RangeError',
    message: apart('sampleWeight', 'network.parameters'),
  },
  {
    title: 'predict with the samples as output',
    call: (network) => network.predict(x, { output: x }),
    error: 'RangeError',
    message: apart('output', 'x'),
  },
  {
    title: 'predictAsync with the samples as output',
    call: (network) => network.predictAsync(x, { output: x }),
    error: 'RangeError',
    message: apart('output', 'x'),
  },
  {
    title: 'predictAsync with the parameters as output',
    call: (network) => network.predictAsync(x, { output: network.parameters.subarray(0, 4) }),
    error: 'RangeError',
    message: apart('output', 'network.parameters'),
  },
  {
    title: 'predict with the parameters as output',
    call: (network) => network.predict(x, { output: network.parameters.subarray(0, 4) }),
    error: 'RangeError',
    message: apart('output', 'network.parameters'),
  },
]

/** A network whose parameters have been transferred. */
function emptied(): Network {
  const network = newNetwork()
  detach(network.parameters)
  return network
}

const gone = (title: string, call: (network: Network) => unknown): WrongCall => ({
  title: `${title} without the buffer of the parameters`,
  call: () => call(emptied()),
  error: 'TypeError',
  message: `Expected an attached buffer for network.parameters but received ${TRANSFERRED}`,
})

export const memoryCalls: readonly WrongCall[] = [
  ...overlaps,
  gone('fitSync', (network) => newTrainer(network).fitSync(x, y)),
  gone('fit', (network) => newTrainer(network).fit(x, y)),
  gone('evaluate', (network) => newTrainer(network).evaluate(x, y)),
  gone('predict', (network) => network.predict(x)),
  gone('predictAsync', (network) => network.predictAsync(x)),
  gone('digest', (network) => network.digest()),
  gone('toJSON', (network) => JSON.stringify(network)),
]
