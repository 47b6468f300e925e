/** Wrong samples and targets: for `fitSync`, `fit`, `evaluate` and, for samples only, `predict`. */
import { type LossName, type Network, type Rows, Trainer } from 'lockstep-nn'
import { newNetwork, type WrongCall } from '../../support/wrong.js'
import { mistakes } from './rows.js'

type Error = 'TypeError' | 'RangeError'

const samples = (): Float64Array => Float64Array.of(0, 1, 1, 0)

/** One call for each method that takes samples and targets. */
function calls(title: string, x: unknown, y: unknown, error: Error, message: string, loss?: LossName): WrongCall[] {
  const trainer = (network: Network) => new Trainer(network, { loss: loss ?? 'meanSquaredError', optimizer: 'sgd' })
  const each = { error, message }
  return [
    { ...each, title: `fitSync with ${title}`, call: (network) => trainer(network).fitSync(x as Rows, y as Rows) },
    { ...each, title: `fit with ${title}`, call: (network) => trainer(network).fit(x as Rows, y as Rows) },
    { ...each, title: `evaluate with ${title}`, call: (network) => trainer(network).evaluate(x as Rows, y as Rows) },
  ]
}

const inSamples = mistakes('x', 'the inputs of the network').flatMap(([title, value, error, message]) => [
  ...calls(`samples ${title}`, value, samples(), error, message),
  {
    title: `predictAsync with samples ${title}`,
    call: (network: Network) => network.predictAsync(value as Rows),
    error,
    message,
  },
  {
    title: `predict with samples ${title}`,
    call: (network: Network) => network.predict(value as Rows),
    error,
    message,
  },
])

const inTargets = mistakes('y', 'the units of the last layer').flatMap(([title, value, error, message]) =>
  calls(`targets ${title}`, samples(), value, error, message),
)

/** A network whose last layer suits the loss. */
const fusedNetwork = (activation: 'sigmoid' | 'softmax'): Network =>
  newNetwork({
    layers: [
      { units: 3, activation: 'tanh' },
      { units: 2, activation },
    ],
  })

/** Targets beyond the range of their loss. */
function outOfRange(loss: LossName, title: string, y: unknown, message: string): WrongCall[] {
  const network = () => fusedNetwork(loss === 'binaryCrossentropy' ? 'sigmoid' : 'softmax')
  return calls(title, samples(), y, 'RangeError', message, loss).map((wrong) => ({ ...wrong, network }))
}

/** Targets that a loss after a linear layer refuses. */
const refused = (loss: LossName, title: string, y: unknown, message: string): WrongCall[] =>
  calls(title, samples(), y, 'RangeError', message, loss)

const UNIT = 'Expected a number from 0 to 1'
const CLASS = 'Expected an integer from 0 to 1'
const NUMBER = "The loss sparseCategoricalCrossentropy takes the number of each sample's class."

export const dataCalls: readonly WrongCall[] = [
  ...inSamples,
  ...inTargets,
  ...calls(
    'fewer targets than samples',
    samples(),
    [[0, 1]],
    'RangeError',
    'Expected 2 rows, as many as x has, for y but received 1.',
  ),
  ...calls(
    'more targets than samples',
    samples(),
    new Float64Array(6),
    'RangeError',
    'Expected 4 values, rows of x (2) × units of the last layer (2), for y but received 6. ' +
      'Correct the units of the last layer or y. If x does not have 2 rows, correct the inputs of the network.',
  ),
  ...outOfRange(
    'binaryCrossentropy',
    'a target above 1',
    [
      [0, 1],
      [0, 1.5],
    ],
    `${UNIT} for y[1][1] but received 1.5 of type number. The loss binaryCrossentropy needs it.`,
  ),
  ...outOfRange(
    'binaryCrossentropy',
    'a target below 0',
    Float64Array.of(0, -5e-324, 1, 1),
    `${UNIT} for y[0][1] but received -5e-324 of type number. The loss binaryCrossentropy needs it.`,
  ),
  ...outOfRange(
    'categoricalCrossentropy',
    'a negative probability',
    [
      [1, 0],
      [1.25, -0.25],
    ],
    `${UNIT} for y[1][0] but received 1.25 of type number. The loss categoricalCrossentropy needs it.`,
  ),
  ...outOfRange(
    'categoricalCrossentropy',
    'probabilities that do not add up',
    [
      [1, 0],
      [0.5, 0.25],
    ],
    'Expected probabilities that add up to 1 for y[1] but received a sum of 0.75. The loss categoricalCrossentropy needs them.',
  ),
  ...refused(
    'hinge',
    'targets of 0 and 1',
    [
      [1, -1],
      [1, 0],
    ],
    'Expected -1 or 1 for y[1][1] but received 0 of type number. The loss hinge needs it. Convert targets of 0 and 1 to 2 y - 1.',
  ),
  ...refused(
    'hinge',
    'a target that is no sign',
    Float64Array.of(1, -1, 0.5, 1),
    'Expected -1 or 1 for y[1][0] but received 0.5 of type number. The loss hinge needs it.',
  ),
  ...refused(
    'poisson',
    'a negative count',
    Float64Array.of(1, 0, 3, -2),
    'Expected a number of at least 0 for y[1][1] but received -2 of type number. The loss poisson needs it.',
  ),
  ...outOfRange(
    'kullbackLeiblerDivergence',
    'a divergence from what is no distribution',
    Float64Array.of(0.5, 0.5, 0.5, 0.75),
    'Expected probabilities that add up to 1 for y[1] but received a sum of 1.25. The loss kullbackLeiblerDivergence needs them.',
  ),
  ...outOfRange(
    'sparseCategoricalCrossentropy',
    'a class beyond the outputs',
    [[1], [2]],
    `${CLASS} for y[1][0] but received 2 of type number. ${NUMBER}`,
  ),
  ...outOfRange(
    'sparseCategoricalCrossentropy',
    'a negative class',
    Float64Array.of(-1, 0),
    `${CLASS} for y[0][0] but received -1 of type number. ${NUMBER}`,
  ),
  ...outOfRange(
    'sparseCategoricalCrossentropy',
    'a class with a fraction',
    Float64Array.of(0, 0.5),
    `${CLASS} for y[1][0] but received 0.5 of type number. ${NUMBER}`,
  ),
  ...outOfRange(
    'sparseCategoricalCrossentropy',
    'a distribution instead of a class',
    [
      [0, 1],
      [1, 0],
    ],
    'Expected a row of 1 values (the class of each sample) for y[0] but received one of length 2.',
  ),
]
