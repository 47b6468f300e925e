/**
 * The end of a training step, when all gradients of its batch are there: the penalties' gradients, the clips, the decay,
 * and the optimizer's update, over the parameters that are trainable.
 */
import { COMMON_OPTIONS, type Optimizer, optimizers } from './optimizers.js'
import { DENSE, DROPOUT, type LayerPlan, type NetworkPlan, type TrainingPlan } from './plan.js'

const OPTIMIZERS: readonly Optimizer[] = Object.values(optimizers)

/** The options that all optimizers have, by their place behind an optimizer's own. */
const [WEIGHT_DECAY, CLIP_VALUE, CLIP_NORM, GLOBAL_CLIP_NORM] = COMMON_OPTIONS.keys()

/** Consecutive parameters, from … to - 1. */
export interface Run {
  readonly from: number
  readonly to: number
}

/** The trainable parameters: runs as long as possible, in order. */
export function trainableRuns({ layers }: NetworkPlan): Run[] {
  const runs: Run[] = []
  for (const layer of layers) {
    if (layer.trainable === 0) continue
    const last = runs.at(-1)
    const to = layer.bias + layer.units
    if (last !== undefined && last.to === layer.weights) runs[runs.length - 1] = { from: last.from, to }
    else runs.push({ from: layer.weights, to })
  }
  return runs
}

/** A matrix of parameters, [rows × columns] from `at` on. */
interface Tensor {
  readonly at: number
  readonly rows: number
  readonly columns: number
}

/** The matrices of a layer that a clip takes each on its own, in the order of the parameters. */
const tensorsOf = ({ kind, inputs, units, weights, bias }: LayerPlan): Tensor[] => [
  { at: weights, rows: kind === DENSE ? inputs : 1, columns: units },
  { at: bias, rows: 1, columns: units },
]

/** Σ_j (Σ_k term(values[k][j])), both sums in index order from -0. */
function columnsSum(
  values: Float64Array,
  at: number,
  rows: number,
  columns: number,
  term: (value: number) => number,
): number {
  let sum = -0
  for (let j = 0; j < columns; j++) {
    let column = -0
    for (let k = 0; k < rows; k++) column += term(values[at + k * columns + j])
    sum += column
  }
  return sum
}

const square = (value: number): number => value * value

const squaresOf = (g: Float64Array, { at, rows, columns }: Tensor): number => columnsSum(g, at, rows, columns, square)

const isPenalized = ({ trainable, l1, l2 }: LayerPlan): boolean => trainable === 1 && (l1 !== 0 || l2 !== 0)

/** What the weights add to the loss: Σ over the layers of l1 Σ|w| + l2 Σ w². -0 where no layer has a penalty. */
export function penaltyOf({ layers }: NetworkPlan, p: Float64Array): number {
  let penalty = -0
  for (const layer of layers) {
    if (!isPenalized(layer)) continue
    const { weights, inputs, units, l1, l2 } = layer
    penalty += l1 * columnsSum(p, weights, inputs, units, Math.abs) + l2 * columnsSum(p, weights, inputs, units, square)
  }
  return penalty
}

/** g = g + (l1 sign(w) + 2 l2 w) for the weights w of each layer with a penalty. */
function addPenaltyGradients(layers: readonly LayerPlan[], p: Float64Array, g: Float64Array): void {
  for (const { weights, bias, l1, l2 } of layers) {
    const twice = 2 * l2
    for (let i = weights; i < bias; i++) {
      const sign = p[i] > 0 ? 1 : p[i] < 0 ? -1 : 0
      g[i] = g[i] + (l1 * sign + twice * p[i])
    }
  }
}

function clipValues(g: Float64Array, { from, to }: Run, most: number): void {
  for (let i = from; i < to; i++) g[i] = g[i] > most ? most : g[i] < -most ? -most : g[i]
}

// Below this the squares of a sum may be subnormal numbers; its root.
const SMALL_SQUARES = 2 ** -960
const SMALL_NORM = 2 ** -480

/**
 * g = g · most / norm where the norm of these tensors is above `most`. Where the sum of squares overflows, or is too small for
 * `most`, the gradients are divided by the largest of them first. One that is not finite makes all NaN.
 */
function clipNorm(g: Float64Array, tensors: readonly Tensor[], most: number): void {
  let squares = -0
  for (const tensor of tensors) squares += squaresOf(g, tensor)
  if (squares === Infinity || (squares < SMALL_SQUARES && most < SMALL_NORM)) {
    clipLargest(g, tensors, most)
    return
  }
  const norm = Math.sqrt(squares)
  if (!(norm > most)) return
  const factor = most / norm
  for (const { at, rows, columns } of tensors) {
    for (let i = at; i < at + rows * columns; i++) g[i] = g[i] * factor
  }
}

function clipLargest(g: Float64Array, tensors: readonly Tensor[], most: number): void {
  let largest = 0
  for (const { at, rows, columns } of tensors) {
    for (let i = at; i < at + rows * columns; i++) largest = largest < Math.abs(g[i]) ? Math.abs(g[i]) : largest
  }
  if (largest === 0) return
  let squares = -0
  for (const { at, rows, columns } of tensors) {
    squares += columnsSum(g, at, rows, columns, (value) => square(value / largest))
  }
  const norm = Math.sqrt(squares)
  if (norm <= most / largest) return
  for (const { at, rows, columns } of tensors) {
    for (let i = at; i < at + rows * columns; i++) g[i] = (g[i] / largest) * (most / norm)
  }
}

/** p = p (1 - learningRate weightDecay) */
function decay(p: Float64Array, { from, to }: Run, learningRate: number, weightDecay: number): void {
  const factor = 1 - learningRate * weightDecay
  for (let i = from; i < to; i++) p[i] = p[i] * factor
}

/** How long the optimizer's state is for this number of parameters: its vectors, then its scalars. */
export const stateLength = ({ optimizer, optimizerOptions }: TrainingPlan, count: number): number =>
  OPTIMIZERS[optimizer].slots(optimizerOptions) * count + OPTIMIZERS[optimizer].scalars.length

/** The same for a run, laid out as the state of a training of these parameters alone. */
const runStateLength = (plan: TrainingPlan, { from, to }: Run): number => stateLength(plan, to - from)

const isWhole = ({ parameterCount }: NetworkPlan, { from, to }: Run): boolean => from === 0 && to === parameterCount

/** The length of workspace that the end of a step needs: a state for each run, unless there is one of all parameters. */
export function stepEndWorkspace(plan: TrainingPlan): number {
  let length = 0
  for (const run of trainableRuns(plan)) if (!isWhole(plan, run)) length += runStateLength(plan, run)
  return length
}

/** A run as a training of its own. */
interface Part {
  readonly p: Float64Array
  readonly g: Float64Array
  readonly state: Float64Array
  readonly count: number
}

/** Whether a step ends with the optimizer's update of all parameters and nothing else. */
export function isUpdateAlone({ layers, optimizerOptions }: TrainingPlan): boolean {
  const common = optimizerOptions.subarray(optimizerOptions.length - COMMON_OPTIONS.length)
  const trains = layers.every(({ kind, trainable }) => trainable === 1 || kind === DROPOUT)
  return trains && !layers.some(isPenalized) && common.every((value) => value === 0)
}

/** How the steps of one training end. */
export interface StepEnd {
  /** Ends step `step` of the call. Returns the penalty of the weights as they were before. */
  end(step: number): number
  /** Hands the optimizer's state over, at the end of an epoch. */
  handOver(): void
}

/** rateFactors: [steps], or of length 0. room: as long as `stepEndWorkspace` says */
export function stepEndOf(
  plan: TrainingPlan,
  p: Float64Array,
  g: Float64Array,
  state: Float64Array,
  rateFactors: Float64Array,
  room: Float64Array,
): StepEnd {
  const { parameterCount, optimizerOptions } = plan
  const { update } = OPTIMIZERS[plan.optimizer]
  const options = optimizerOptions.slice()
  function takeRate(step: number): void {
    if (rateFactors.length > 0) options[0] = optimizerOptions[0] * rateFactors[step]
  }
  const runs = trainableRuns(plan)
  if (isUpdateAlone(plan) && runs.every((run) => isWhole(plan, run))) {
    return {
      end(step) {
        takeRate(step)
        update(p, g, state, parameterCount, options)
        return -0
      },
      handOver() {},
    }
  }

  const parts: Part[] = []
  for (const run of runs) {
    const { from, to } = run
    const at = parts.reduce((sum, part) => sum + part.state.length, 0)
    const own = isWhole(plan, run) ? state : room.subarray(at, at + runStateLength(plan, run))
    parts.push({ p: p.subarray(from, to), g: g.subarray(from, to), state: own, count: to - from })
  }
  /** Copies each run's state from that of all parameters, or back. */
  function copyStates(back: boolean): void {
    const slots = OPTIMIZERS[plan.optimizer].slots(optimizerOptions)
    for (const [i, { from, to }] of runs.entries()) {
      const own = parts[i].state
      if (own === state) continue
      const copy = (at: number, ownAt: number, length: number): void => {
        if (back) state.set(own.subarray(ownAt, ownAt + length), at)
        else own.set(state.subarray(at, at + length), ownAt)
      }
      for (let slot = 0; slot < slots; slot++) copy(slot * parameterCount + from, slot * (to - from), to - from)
      copy(slots * parameterCount, slots * (to - from), state.length - slots * parameterCount)
    }
  }
  copyStates(false)

  const common = options.subarray(options.length - COMMON_OPTIONS.length)
  const penalized = plan.layers.filter(isPenalized)
  const tensors = plan.layers.filter(({ trainable }) => trainable === 1).flatMap(tensorsOf)

  function clip(): void {
    if (common[CLIP_VALUE] !== 0) for (const run of runs) clipValues(g, run, common[CLIP_VALUE])
    if (common[CLIP_NORM] !== 0) {
      for (const tensor of tensors) clipNorm(g, [tensor], common[CLIP_NORM])
    }
    if (common[GLOBAL_CLIP_NORM] !== 0) clipNorm(g, tensors, common[GLOBAL_CLIP_NORM])
  }

  return {
    end(step) {
      takeRate(step)
      const penalty = penaltyOf(plan, p)
      addPenaltyGradients(penalized, p, g)
      clip()
      if (common[WEIGHT_DECAY] !== 0) for (const run of runs) decay(p, run, options[0], common[WEIGHT_DECAY])
      for (const part of parts) update(part.p, part.g, part.state, part.count, options)
      return penalty
    },
    handOver: () => copyStates(true),
  }
}
