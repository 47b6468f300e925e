/**
 * The TypeScript path: prediction, evaluation and training of one network over blocks of rows. Everything numeric
 * comes in through the plan; the caller's arrays are worked on in place; after construction nothing is allocated.
 */
import { type Activation, activations } from './activations.js'
import type { DenseBackward, DenseForward, DenseGradient } from './dense.js'
import { type Loss, losses } from './losses.js'
import { type Optimizer, optimizers } from './optimizers.js'
import { shuffleOrder } from './random.js'
import { specializedDense } from './specialize.js'

const ACTIVATIONS: readonly Activation[] = Object.values(activations)
const LOSSES: readonly Loss[] = Object.values(losses)
const OPTIMIZERS: readonly Optimizer[] = Object.values(optimizers)

/** One layer in numbers. `weights` and `bias` are offsets into the parameters. */
export interface LayerPlan {
  readonly inputs: number
  readonly units: number
  readonly activation: number
  readonly alpha: number
  readonly weights: number
  readonly bias: number
}

/** A network in numbers. */
export interface NetworkPlan {
  readonly inputs: number
  readonly outputs: number
  readonly parameterCount: number
  readonly layers: readonly LayerPlan[]
}

/** A network and how many rows go through it. */
export interface PredictionPlan extends NetworkPlan {
  readonly rows: number
}

/** A loss over rows in numbers: loss = lossScale · Σ rows. */
export interface EvaluationPlan extends PredictionPlan {
  readonly loss: number
  readonly lossScale: number
}

/** A training in numbers. The last batch of an epoch may be smaller: its gradient has its own scale. */
export interface TrainingPlan extends EvaluationPlan {
  readonly epochs: number
  readonly batchSize: number
  readonly gradientScale: number
  readonly lastGradientScale: number
  readonly shuffle: number
  readonly seedLow: number
  readonly seedHigh: number
  readonly optimizer: number
  readonly optimizerOptions: Float64Array
}

/** Why a training stopped. */
export const DONE = 0
export const LOSS_NOT_FINITE = 1
export const PARAMETER_NOT_FINITE = 2

/** What a training reports: how many epochs count, why it stopped, and the first parameter that is not finite, or -1. */
export interface TrainingOutcome {
  readonly epochs: number
  readonly status: number
  readonly parameter: number
}

// A block is as many rows as fit this many multiplications, so that a turn of the event loop can end in time.
const BLOCK_WORK = 2_000_000
const BLOCK_ROWS = 64

/** How many rows a block of this network has at most. */
function blockRows(plan: PredictionPlan): number {
  const affordable = Math.max(1, Math.floor(BLOCK_WORK / plan.parameterCount))
  return Math.min(plan.rows, BLOCK_ROWS, affordable)
}

/** Hands out consecutive pieces of the workspace. */
class Room {
  private at = 0
  constructor(private readonly workspace: Float64Array) {}
  take(length: number): Float64Array {
    const piece = this.workspace.subarray(this.at, this.at + length)
    this.at += length
    return piece
  }
}

function blockLength(plan: PredictionPlan): number {
  let units = plan.inputs
  for (const layer of plan.layers) units += 2 * layer.units
  return units * blockRows(plan)
}

/** The length of workspace that `predict` needs. */
export const predictionWorkspace = (plan: PredictionPlan): number => blockLength(plan)

/** The length of workspace that `evaluate` needs: a block, its targets and its losses. */
export const evaluationWorkspace = (plan: EvaluationPlan): number =>
  blockLength(plan) + (plan.outputs + 1) * blockRows(plan)

/** The length of workspace that a training needs: that of an evaluation, derivatives, gradients, kept parameters, the order. */
export function trainingWorkspace(plan: TrainingPlan): number {
  let derivatives = 0
  for (const layer of plan.layers) derivatives += layer.units
  return evaluationWorkspace(plan) + derivatives * blockRows(plan) + 2 * plan.parameterCount + Math.ceil(plan.rows / 2)
}

/** A layer and its part of the block. */
class Layer {
  readonly z: Float64Array
  readonly a: Float64Array
  private readonly activation: Activation
  private readonly dense: { forward: DenseForward; backward: DenseBackward; gradient: DenseGradient }

  constructor(
    private readonly plan: LayerPlan,
    rows: number,
    room: Room,
  ) {
    this.z = room.take(rows * plan.units)
    this.a = room.take(rows * plan.units)
    this.activation = ACTIVATIONS[plan.activation]
    this.dense = specializedDense(plan.inputs, plan.units)
  }

  forward(input: Float64Array, p: Float64Array, rows: number): void {
    const { inputs, units, weights, bias, alpha } = this.plan
    this.dense.forward(input, p, weights, bias, this.z, rows, inputs, units)
    this.activation.forward(this.z, this.a, rows, units, alpha)
  }

  /** d from dL/da to dL/dz. */
  backwardActivation(d: Float64Array, rows: number): void {
    this.activation.backward(this.z, this.a, d, rows, this.plan.units, this.plan.alpha)
  }

  gradient(input: Float64Array, d: Float64Array, g: Float64Array, rows: number, first: boolean): void {
    const { inputs, units, weights, bias } = this.plan
    this.dense.gradient(input, d, g, weights, bias, rows, inputs, units, first)
  }

  backward(d: Float64Array, p: Float64Array, dInput: Float64Array, rows: number): void {
    this.dense.backward(d, p, this.plan.weights, dInput, rows, this.plan.inputs, this.plan.units)
  }
}

/** The forward pass over one block of rows at a time. */
class Forward {
  readonly rows: number
  readonly x: Float64Array
  readonly layers: readonly Layer[]
  readonly last: Layer

  constructor(plan: PredictionPlan, room: Room) {
    this.rows = blockRows(plan)
    this.x = room.take(this.rows * plan.inputs)
    this.layers = plan.layers.map((layer) => new Layer(layer, this.rows, room))
    this.last = this.layers[this.layers.length - 1]
  }

  run(p: Float64Array, rows: number): void {
    let input = this.x
    for (let l = 0; l < this.layers.length; l++) {
      this.layers[l].forward(input, p, rows)
      input = this.layers[l].a
    }
  }
}

function copyRows(from: Float64Array, to: Float64Array, first: number, rows: number, columns: number): void {
  for (let i = 0, at = first * columns; i < rows * columns; i++, at++) to[i] = from[at]
}

/** output = the network's answers for all rows of x. x: [rows × inputs], output: [rows × outputs] */
export function predict(
  plan: PredictionPlan,
  p: Float64Array,
  x: Float64Array,
  output: Float64Array,
  workspace: Float64Array,
): void {
  const forward = new Forward(plan, new Room(workspace))
  for (let row = 0; row < plan.rows; row += forward.rows) {
    const count = Math.min(forward.rows, plan.rows - row)
    copyRows(x, forward.x, row, count, plan.inputs)
    forward.run(p, count)
    const from = forward.last.a
    for (let i = 0, to = row * plan.outputs; i < count * plan.outputs; i++, to++) output[to] = from[i]
  }
}

/** The mean loss over all rows, summed in their order. */
export function evaluate(
  plan: EvaluationPlan,
  p: Float64Array,
  x: Float64Array,
  y: Float64Array,
  workspace: Float64Array,
): number {
  const room = new Room(workspace)
  const forward = new Forward(plan, room)
  const targets = room.take(forward.rows * plan.outputs)
  const rowLoss = room.take(forward.rows)
  const loss = LOSSES[plan.loss]
  let sum = -0
  for (let row = 0; row < plan.rows; row += forward.rows) {
    const count = Math.min(forward.rows, plan.rows - row)
    copyRows(x, forward.x, row, count, plan.inputs)
    copyRows(y, targets, row, count, plan.outputs)
    forward.run(p, count)
    loss.forward(forward.last.z, forward.last.a, targets, rowLoss, count, plan.outputs)
    for (let i = 0; i < count; i++) sum += rowLoss[i]
  }
  return sum * plan.lossScale
}

/** A training that can be run a few blocks at a time. */
export class Training {
  private readonly forward: Forward
  private readonly targets: Float64Array
  private readonly rowLoss: Float64Array
  private readonly derivatives: readonly Float64Array[]
  private readonly g: Float64Array
  private readonly kept: Float64Array
  private readonly order: Int32Array
  private readonly loss: Loss
  private readonly optimizer: Optimizer
  // Without a shuffle, rows that fit one block are loaded once.
  private readonly resident: boolean
  private epoch = 0
  private row = 0
  private lossSum = -0
  private stopped: TrainingOutcome | null = null

  constructor(
    private readonly plan: TrainingPlan,
    private readonly p: Float64Array,
    private readonly state: Float64Array,
    workspace: Float64Array,
    private readonly x: Float64Array,
    private readonly y: Float64Array,
    private readonly history: Float64Array,
  ) {
    const room = new Room(workspace)
    this.forward = new Forward(plan, room)
    const rows = this.forward.rows
    this.targets = room.take(rows * plan.outputs)
    this.rowLoss = room.take(rows)
    this.derivatives = plan.layers.map((layer) => room.take(rows * layer.units))
    this.g = room.take(plan.parameterCount)
    this.kept = room.take(plan.parameterCount)
    const order = room.take(Math.ceil(plan.rows / 2))
    this.order = new Int32Array(order.buffer, order.byteOffset, plan.rows)
    this.loss = LOSSES[plan.loss]
    this.optimizer = OPTIMIZERS[plan.optimizer]
    this.resident = plan.shuffle === 0 && plan.rows <= Math.min(rows, plan.batchSize)
    this.kept.set(p)
    if (this.resident) this.load(0, plan.rows)
  }

  /** Trains for this many blocks of rows, or to the end. Null: there is more to do. */
  run(blocks: number): TrainingOutcome | null {
    const { rows, batchSize, epochs } = this.plan
    for (; blocks > 0 && this.stopped === null; blocks--) {
      if (this.epoch === epochs) {
        this.stopped = { epochs, status: DONE, parameter: -1 }
        break
      }
      if (this.row === 0) this.beginEpoch()
      const inBatch = this.row % batchSize
      const batchRows = Math.min(batchSize, rows - this.row + inBatch)
      const count = Math.min(this.forward.rows, batchRows - inBatch)
      this.block(count, inBatch === 0, batchRows === batchSize)
      this.row += count
      if (inBatch + count === batchRows) {
        this.optimizer.update(this.p, this.g, this.state, this.plan.parameterCount, this.plan.optimizerOptions)
      }
      if (this.row === rows) this.endEpoch()
    }
    return this.stopped
  }

  private beginEpoch(): void {
    this.lossSum = -0
    if (this.plan.shuffle !== 0) {
      shuffleOrder(this.order, this.plan.rows, this.plan.seedLow, this.plan.seedHigh, this.epoch)
    }
  }

  /** Forward and backward for one block: adds to the loss and to the gradients. */
  private block(rows: number, first: boolean, fullBatch: boolean): void {
    const { plan, forward, derivatives, loss, p, g } = this
    const { layers, last } = forward
    if (!this.resident) this.load(this.row, rows)
    forward.run(p, rows)
    loss.forward(last.z, last.a, this.targets, this.rowLoss, rows, plan.outputs)
    for (let i = 0; i < rows; i++) this.lossSum += this.rowLoss[i]
    let l = layers.length - 1
    const scale = fullBatch ? plan.gradientScale : plan.lastGradientScale
    loss.backward(last.a, this.targets, derivatives[l], rows, plan.outputs, scale)
    if (loss.fusedWith === null) last.backwardActivation(derivatives[l], rows)
    for (; l > 0; l--) {
      layers[l].gradient(layers[l - 1].a, derivatives[l], g, rows, first)
      layers[l].backward(derivatives[l], p, derivatives[l - 1], rows)
      layers[l - 1].backwardActivation(derivatives[l - 1], rows)
    }
    layers[0].gradient(forward.x, derivatives[0], g, rows, first)
  }

  /** Copies rows of x and y, in the epoch's order, into the block. */
  private load(first: number, rows: number): void {
    const { inputs, outputs, shuffle } = this.plan
    if (shuffle === 0) {
      copyRows(this.x, this.forward.x, first, rows, inputs)
      copyRows(this.y, this.targets, first, rows, outputs)
      return
    }
    for (let i = 0; i < rows; i++) {
      const row = this.order[first + i]
      for (let k = 0; k < inputs; k++) this.forward.x[i * inputs + k] = this.x[row * inputs + k]
      for (let j = 0; j < outputs; j++) this.targets[i * outputs + j] = this.y[row * outputs + j]
    }
  }

  /** Notes the loss. An epoch counts if its loss and the parameters after it are finite; if not, those before it come back. */
  private endEpoch(): void {
    const { p, kept } = this
    const loss = this.lossSum * this.plan.lossScale
    this.history[this.epoch] = loss
    let broken = -1
    for (let i = 0; i < p.length; i++) {
      if (p[i] - p[i] !== 0) {
        broken = i
        break
      }
    }
    if (loss - loss !== 0 || broken >= 0) {
      for (let i = 0; i < p.length; i++) p[i] = kept[i]
      const status = loss - loss !== 0 ? LOSS_NOT_FINITE : PARAMETER_NOT_FINITE
      this.stopped = { epochs: this.epoch, status, parameter: broken }
      return
    }
    for (let i = 0; i < p.length; i++) kept[i] = p[i]
    this.epoch++
    this.row = 0
  }
}
