/** One forward and one backward pass of a training over some rows, with the values and derivatives of every layer. */
import { seedWords } from '../../backend/plan.js'
import { activationRegistry } from '../../checks/registry.js'
import { allocatorOf } from '../../kernels/arena.js'
import type { LayerPlan, NetworkPlan } from '../../kernels/plan.js'
import { backwardPassOf, blockLength, blockOf, copyRows } from '../../kernels/training/graph.js'
import type { GivenRows } from './options.js'
import { randomOf, SIGNS_STREAM } from './sample.js'

/** The most rows, the fewest, and about how many multiplications the forward pass may have. */
const MAX_ROWS = 256
const MIN_ROWS = 8
const WORK = 100_000_000

/** A layer in the pass. */
export interface LayerPass {
  readonly plan: LayerPlan
  /** The name of its activation. */
  readonly activation: string
  /** [rows × units]: before and after the activation. */
  readonly z: Float64Array
  readonly a: Float64Array
  /** The root of the mean over the rows of |dL/dz|², where L is a sum of the last z with random signs. */
  readonly gradient: number
}

export interface NetworkPass {
  readonly rows: number
  readonly layers: readonly LayerPass[]
}

/**
 * The pass as in a training: with dropout, and with the batch's statistics in a batch normalization. It starts with a
 * derivative of 1 or -1 by each last z instead of those of a loss, which would be near 0 once the network has learned.
 * @param parameters not changed
 * @param sample the rows to take the first ones of
 */
export function passOf(
  plan: NetworkPlan,
  parameters: Float64Array,
  { values }: GivenRows,
  sample: Int32Array,
  seed: number,
): NetworkPass {
  const most = Math.max(MIN_ROWS, Math.min(MAX_ROWS, Math.floor(WORK / plan.parameterCount)))
  const rows = Math.min(sample.length, most)
  const units = plan.layers.reduce((sum, layer) => sum + layer.units, 0)
  const allocate = allocatorOf(new Float64Array(blockLength(plan, rows) + units * rows))
  const [seedLow, seedHigh] = seedWords(seed)
  const block = blockOf(plan, rows, allocate, { seedLow, seedHigh })
  const derivatives = plan.layers.map((layer) => allocate(rows * layer.units))
  // A batch normalization writes its moving statistics to them.
  const p = Float64Array.from(parameters)
  copyRows(values, block.x, sample, 0, rows, plan.inputs)
  block.begin(0)
  block.forward(p, rows)
  const random = randomOf(seed, SIGNS_STREAM)
  const last = derivatives[derivatives.length - 1]
  for (let i = 0; i < last.length; i++) last[i] = random.next() % 2 === 0 ? 1 : -1
  backwardPassOf(plan, block, derivatives, null)(p, new Float64Array(plan.parameterCount), rows, true, true)
  return {
    rows,
    layers: plan.layers.map((layer, l) => ({
      plan: layer,
      activation: activationRegistry.at(layer.activation).name,
      z: block.layers[l].z,
      a: block.layers[l].a,
      gradient: rootOfMean(derivatives[l], rows),
    })),
  }
}

/** sqrt(Σ d² / rows) */
function rootOfMean(d: Float64Array, rows: number): number {
  let sum = 0
  for (let i = 0; i < d.length; i++) sum += d[i] * d[i]
  return Math.sqrt(sum / rows)
}
