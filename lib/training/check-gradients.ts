/** Compares a network's gradients with finite differences of its loss. */

import { seedWords } from '../backend/plan.js'
import { versionRemedy } from '../checks/brand.js'
import { wrongType } from '../checks/errors.js'
import { type LossOption, lossRegistry } from '../checks/registry.js'
import { matrix, type Rows, rowWeights } from '../checks/rows.js'
import { integer, optionsObject, optionValues, seed } from '../checks/validate.js'
import type { TensorName } from '../kernels/layers/layer.js'
import { positive } from '../kernels/option-table.js'
import { Random } from '../kernels/random.js'
import { Network } from '../network/network.js'
import { Trainer } from './trainer.js'

export interface CheckGradientsOptions {
  /** As in `TrainerOptions`. */
  loss: LossOption
  /** As in `TrainerOptions`. Default `auto`. */
  backend?: string
  /** The distance by which a parameter is moved in both directions, above 0. Default 1e-5. */
  epsilon?: number
  /** The number of parameters to check, drawn by `seed`. Default: all. */
  sample?: number
  /** The seed of the sample and of the training's random numbers: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
  /** As in `FitOptions`. */
  sampleWeight?: Float64Array | readonly number[]
}

/** The tensors that training changes by gradients. */
export type ParameterName = Exclude<TensorName, 'movingMean' | 'movingVariance'>

/** The parameter whose gradient and finite difference differ most. */
export interface GradientCheck {
  /**
   * |analytic - numeric| over the larger of their sizes, or over a thousandth of the largest gradient where that is
   * more. Below about 1e-5 where all gradients are right.
   */
  readonly worst: number
  /** The index of its layer. */
  readonly layer: number
  /** The place of its layer: `2`, or `2.layers.0` inside a block. */
  readonly path: string
  readonly parameter: ParameterName
  /** Its index in the weights, [inputs × units] row-major, or in the bias, gamma or beta. */
  readonly index: number
  /** The gradient of the backward pass. */
  readonly analytic: number
  /** (loss(p + epsilon) - loss(p - epsilon)) / (2 epsilon) */
  readonly numeric: number
  /** The number of parameters that were checked. */
  readonly checked: number
}

const OPTIONS = ['loss', 'backend', 'epsilon', 'sample', 'seed', 'sampleWeight']
// A stream of the generator that no training uses.
const CHECK_STREAM = 0

/** The position of a parameter. */
interface Place {
  readonly at: number
  readonly layer: number
  readonly path: string
  readonly parameter: ParameterName
  readonly index: number
}

/** All parameters that a training changes by gradients. */
const placesOf = ({ layers }: Network['plan']): Place[] =>
  layers.flatMap(({ tensors, scope: path }) =>
    tensors
      .filter(({ trained }) => trained === 1)
      .flatMap(({ name, offset, rows, columns }) => {
        const place = { layer: Number.parseInt(path, 10), path, parameter: name as ParameterName }
        return Array.from({ length: rows * columns }, (_, index): Place => ({ at: offset + index, ...place, index }))
      }),
  )

/** A random sample of a list, in the list's order. */
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
 * Compares the gradients of a training's loss with central differences. The gradients are exact: they are the velocity
 * of sgd with momentum after one step over all samples. The losses are those that such a step reports. So the check
 * works for any loss, any layer and any random numbers of a training. The network does not change.
 * @throws as a trainer and its `fitSync`
 */
export function checkGradients(network: Network, x: Rows, y: Rows, options: CheckGradientsOptions): GradientCheck {
  if (!(network instanceof Network)) throw wrongType('a Network', 'network', network, versionRemedy(network, 'Network'))
  const given = optionsObject(options, 'the options of checkGradients', OPTIONS)
  const [epsilon] = optionValues(given, { epsilon: positive(1e-5) }, 'the options of checkGradients')
  const start = given.seed === undefined ? 0 : seed(given.seed, 'seed')
  const all = placesOf(network.plan)
  const places = given.sample === undefined ? all : sampled(all, integer(given.sample, 'sample', 1, all.length), start)
  const probe = network.clone()
  const before = network.attachedParameters()
  // The step itself is discarded, so that its size does not matter.
  const optimizer = { name: 'sgd', learningRate: Number.MIN_VALUE, momentum: 0.5 } as const
  const loss = lossRegistry.read(given.loss, 'loss') as LossOption
  const trainer = new Trainer(probe, { loss, optimizer, backend: given.backend as string | undefined })
  // All trainings get the same samples, which are read once.
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
  const largest = places.reduce((max, { at }) => Math.max(max, Math.abs(gradients[at])), 0)
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
