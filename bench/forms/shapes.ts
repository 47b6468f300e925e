/** Draws networks and trainings, and encodes their plans as the addon gets them. */
import { type LayerOption, type LossOption, Network, type OptimizerOption } from 'lockstep-nn'
import { encodePlan, type Fields } from '#lib/backend/encode.js'
import { trainingPlan } from '#lib/backend/plan.js'
import { lossRegistry, optimizerRegistry } from '#lib/checks/registry.js'
import { Random } from '#lib/kernels/random.js'

export interface Shape {
  /** The widths of the samples and of each layer. */
  readonly sizes: readonly number[]
  /** Of the hidden layers; the last one is linear or softmax. */
  readonly activation: 'relu' | 'tanh' | 'sigmoid'
  readonly last: 'linear' | 'softmax'
  readonly optimizer: 'sgd' | 'adam'
  readonly rows: number
  readonly batchSize: number
  readonly shuffle: boolean
}

/** The largest of each quantity, which is drawn so that its logarithm is uniform. */
const MAX = { inputs: 1024, units: 512, rows: 8192, batchSize: 1024 }
const MAX_DEPTH = 4
/** The most multiplications of a forward pass over a batch. A larger shape is drawn again: its steps take too long. */
const MAX_PRODUCTS = 2 ** 25

export const parametersOf = ({ sizes }: Pick<Shape, 'sizes'>): number =>
  sizes.slice(1).reduce((sum, units, l) => sum + (sizes[l] + 1) * units, 0)

/** The shapes of a bench: the same in every run. */
export function drawShapes(count: number, seed = 1): Shape[] {
  const random = new Random(seed, 0, 0, 0)
  const logUniform = (most: number): number => Math.floor((most + 1) ** random.uniform())
  const oneOf = <T>(...items: readonly T[]): T => items[Math.floor(random.uniform() * items.length)]
  const draw = (): Shape => {
    const depth = 1 + Math.floor(random.uniform() * MAX_DEPTH)
    const sizes = [logUniform(MAX.inputs), ...Array.from({ length: depth }, () => logUniform(MAX.units))]
    const rows = logUniform(MAX.rows)
    return {
      sizes,
      activation: oneOf('relu', 'tanh', 'sigmoid'),
      // A softmax of one unit is constant.
      last: sizes[depth] === 1 ? 'linear' : oneOf('linear', 'softmax'),
      optimizer: oneOf('sgd', 'adam'),
      rows,
      batchSize: logUniform(Math.min(rows, MAX.batchSize)),
      shuffle: oneOf(true, false),
    }
  }
  const shapes: Shape[] = []
  while (shapes.length < count) {
    const shape = draw()
    if (parametersOf(shape) * shape.batchSize <= MAX_PRODUCTS) shapes.push(shape)
  }
  return shapes
}

export const shapeText = ({ sizes, activation, last, optimizer, rows, batchSize, shuffle }: Shape): string =>
  `${sizes.join('-')} ${activation}/${last} ${optimizer}, ${batchSize} of ${rows} rows${shuffle ? ', shuffled' : ''}`

/** The options of the network and of the trainer of a shape. */
export function optionsOf({ sizes: [inputs, ...units], activation, last, optimizer }: Shape): {
  inputs: number
  layers: LayerOption[]
  loss: LossOption
  optimizer: OptimizerOption
} {
  return {
    inputs,
    layers: units.map((width, l) => ({ units: width, activation: l < units.length - 1 ? activation : last })),
    loss: last === 'softmax' ? 'categoricalCrossentropy' : 'meanSquaredError',
    // Small steps: a training must not diverge, and its values must stay as they are.
    optimizer: { name: optimizer, learningRate: 1e-5 },
  }
}

/** The plan of the training of a shape, as a line of numbers. */
export function encodedPlan(fields: Fields, shape: Shape): string {
  const { inputs, layers, ...given } = optionsOf(shape)
  const { plan } = new Network({ inputs, layers, seed: 1 })
  const loss = lossRegistry.choose(given.loss, 'loss')
  const optimizer = optimizerRegistry.choose(given.optimizer, 'optimizer')
  const { rows, batchSize, shuffle } = shape
  // All steps have as many rows, so that any of them can be timed.
  const lastBatch = 'drop'
  const epochs = { rows, firstEpoch: 0, epochs: 1, batchSize, lastBatch, shuffle, seed: 1 } as const
  return encodePlan(fields, trainingPlan(plan, loss, optimizer, epochs)).join(' ')
}
