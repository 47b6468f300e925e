/** A check of a network's gradients against differences of its loss. */

import { seedWords } from '../backend/plan.js'
import { copyRemedy, wrongType } from '../checks/errors.js'
import { type LossOption, lossRegistry } from '../checks/registry.js'
import { matrix, type Rows, rowWeights } from '../checks/rows.js'
import { integer, optionsObject, optionValues, seed } from '../checks/validate.js'
import type { TensorName } from '../kernels/layers/layer.js'
import { positive } from '../kernels/option-table.js'
import { Random } from '../kernels/random.js'
import { Network } from '../network/network.js'
import { Trainer } from './trainer.js'

export interface CheckGradientsOptions {
  /** As of a trainer. */
  loss: LossOption
  /** As of a trainer. Default `auto`. */
  backend?: string
  /** By how much a parameter is moved to either side, above 0. Default 1e-5. */
  epsilon?: number
  /** How many parameters are checked, drawn by `seed`. Default: all. */
  sample?: number
  /** For the sample, and for what a training draws: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
  /** As of `fit`. */
  sampleWeight?: Float64Array | readonly number[]
}

/** What a training changes by gradients; of an embedding, the table of a column. */
export type ParameterName = Exclude<TensorName, 'movingMean' | 'movingVariance'>

/** The parameter whose gradient and difference are farthest apart. */
export interface GradientCheck {
  /**
   * |analytic - numeric| over the larger of their sizes, or over a thousandth of the largest gradient where that is more: below
   * about 1e-5 where all is well.
   */
  readonly worst: number
  /** The number of its layer, or of the block that this is in. */
  readonly layer: number
  /** The place of its layer: `2`, or `2.layers.0` inside a block. */
  readonly path: string
  readonly parameter: ParameterName
  /** Its place among the weights, [inputs × units] row-major, or in the table, bias, gamma or beta. */
  readonly index: number
  /** What the backward pass gives. */
  readonly analytic: number
  /** (loss(p + epsilon) - loss(p - epsilon)) / (2 epsilon) */
  readonly numeric: number
  /** How many parameters were checked. */
  readonly checked: number
}

const OPTIONS = ['loss', 'backend', 'epsilon', 'sample', 'seed', 'sampleWeight']
// What of the generator's streams no training draws from.
const CHECK_STREAM = 0

/** Where a parameter stands. */
interface Place {
  readonly at: number
  readonly layer: number
  readonly path: string
  readonly parameter: ParameterName
  readonly index: number
}

/** The parameters that a training changes by gradients. */
const placesOf = ({ layers }: Network['plan']): Place[] =>
  layers.flatMap(({ tensors, scope: path }) =>
    tensors
      .filter(({ trained }) => trained === 1)
      .flatMap(({ name, offset, rows, columns }) => {
        const place = { layer: Number.parseInt(path, 10), path, parameter: name as ParameterName }
        return Array.from({ length: rows * columns }, (_, index): Place => ({ at: offset + index, ...place, index }))
      }),
  )

/** So many of a list, drawn, in its order. */
function sampled(places: Place[], count: number, start: number): Place[] {
  const random = new Random(...seedWords(start), CHECK_STREAM, 0)
  let missing = count
  return places.filter((_, i) => {
    const taken = random.uniform() * (places.length - i) < missing
    if (taken) missing--
    return taken
  })
}

/**
 * Compares the gradients of a training's loss with central differences. The gradients are read exactly, from one step over all
 * samples by sgd with momentum, whose velocity they are; the losses are those that such a step reports. So it goes
 * for any loss, any layer, and what is random in a training. The network stays as it is.
 * @throws as a trainer and its `fitSync`
 */
export function checkGradients(network: Network, x: Rows, y: Rows, options: CheckGradientsOptions): GradientCheck {
  if (!(network instanceof Network)) throw wrongType('a Network', 'network', network, copyRemedy(network, 'Network'))
  const given = optionsObject(options, 'the options of checkGradients', OPTIONS)
  const [epsilon] = optionValues(given, { epsilon: positive(1e-5) }, 'the options of checkGradients')
  const start = given.seed === undefined ? 0 : seed(given.seed, 'seed')
  const all = placesOf(network.plan)
  const places = given.sample === undefined ? all : sampled(all, integer(given.sample, 'sample', 1, all.length), start)
  const probe = network.clone()
  const before = network.attachedParameters()
  // The step itself is thrown away: it may be as small as it likes.
  const optimizer = { name: 'sgd', learningRate: Number.MIN_VALUE, momentum: 0.5 } as const
  const loss = lossRegistry.read(given.loss, 'loss') as LossOption
  const trainer = new Trainer(probe, { loss, optimizer, backend: given.backend as string | undefined })
  // Every training is given the same samples, which are read once.
  const { values: samples, rows } = matrix(x, 'x', network.inputs, 'the inputs of the network')
  const byIndex = lossRegistry.choose(loss, 'loss').entry.targets === 'index'
  const targets = byIndex
    ? matrix(y, 'y', 1, 'the class of each sample').values
    : matrix(y, 'y', network.outputs, 'the units of the last layer').values
  const sampleWeight =
    given.sampleWeight === undefined ? undefined : rowWeights(given.sampleWeight, 'sampleWeight', rows).values
  const fit = { batchSize: 2 ** 31 - 1, shuffle: false, seed: start, sampleWeight }
  const lossAt = (at: number, value: number): number => {
    probe.parameters.set(before)
    probe.parameters[at] = value
    return trainer.fitSync(samples, targets, fit).loss[0]
  }
  trainer.fitSync(samples, targets, fit)
  const gradients = trainer.optimizerState
  const largest = places.reduce((most, { at }) => Math.max(most, Math.abs(gradients[at])), 0)
  let worst: GradientCheck | null = null
  for (const { at, ...place } of places) {
    const analytic = gradients[at]
    const numeric = (lossAt(at, before[at] + epsilon) - lossAt(at, before[at] - epsilon)) / (2 * epsilon)
    const size = Math.max(Math.abs(analytic), Math.abs(numeric), 1e-3 * largest)
    const far = size === 0 ? 0 : Math.abs(analytic - numeric) / size
    if (worst === null || far > worst.worst) worst = { worst: far, ...place, analytic, numeric, checked: places.length }
  }
  if (worst === null) throw wrongType('a network with parameters to train', 'network', network)
  return worst
}
