/**
 * The end of a training step, once the gradients of its batch are complete:
 *
 * 1. add the gradients of the penalties,
 * 2. clip: by value, by each tensor's norm, by the norm of all,
 * 3. decay the parameters,
 * 4. update them by the optimizer,
 *
 * all for the trainable parameters only.
 */
import { COMMON_OPTIONS, learningRateOf, type Optimizer, optimizers, setLearningRate } from '../optimizers.js'
import type { NetworkPlan, TrainingPlan } from '../plan.js'
import { clipNorm, clipValues } from './clips.js'
import {
  addPenaltyGradients,
  type ParameterRange,
  penalizedTensors,
  penaltyOf,
  trainedRanges,
  trainedTensors,
} from './tensors.js'

const OPTIMIZERS: readonly Optimizer[] = Object.values(optimizers)

/** The options that all optimizers have, by their index after an optimizer's own. */
const [WEIGHT_DECAY, CLIP_VALUE, CLIP_NORM, GLOBAL_CLIP_NORM] = COMMON_OPTIONS.keys()

/** p = p (1 - learningRate · weightDecay) */
function decay(p: Float64Array, { from, to }: ParameterRange, learningRate: number, weightDecay: number): void {
  const factor = 1 - learningRate * weightDecay
  for (let i = from; i < to; i++) p[i] = p[i] * factor
}

/** The length of the optimizer's state for this number of parameters: its vectors, then its scalars. */
export const stateLength = ({ optimizer, optimizerOptions }: TrainingPlan, count: number): number =>
  OPTIMIZERS[optimizer].slots(optimizerOptions) * count + OPTIMIZERS[optimizer].scalars.length

/** The same for the parameters of a range alone. */
const rangeStateLength = (plan: TrainingPlan, { from, to }: ParameterRange): number => stateLength(plan, to - from)

const isWhole = ({ parameterCount }: NetworkPlan, { from, to }: ParameterRange): boolean =>
  from === 0 && to === parameterCount

/** The length of the workspace of `stepEndOf`: a state for each range, unless one range is all parameters. */
export function stepEndWorkspace(plan: TrainingPlan): number {
  let length = 0
  for (const range of trainedRanges(plan)) if (!isWhole(plan, range)) length += rangeStateLength(plan, range)
  return length
}

/** The arrays of a range, as the optimizer's update takes them. */
interface RangeArrays {
  readonly p: Float64Array
  readonly g: Float64Array
  readonly state: Float64Array
  readonly count: number
}

/** Whether a step ends with the optimizer's update of all parameters and nothing else. */
export function isPlainUpdate(plan: TrainingPlan): boolean {
  const { layers, optimizerOptions } = plan
  const common = optimizerOptions.subarray(optimizerOptions.length - COMMON_OPTIONS.length)
  const trains = layers.every(({ trainable, tensors }) => trainable === 1 || tensors.length === 0)
  return trains && penalizedTensors(plan).length === 0 && common.every((value) => value === 0)
}

/** The ends of the steps of one training. */
export interface StepEnd {
  /** Loads the optimizer's state from the array of all parameters. */
  loadState(): void
  /** Ends a step by rate factor `step`. Returns the penalty of the weights before the update. */
  end(step: number): number
  /** Writes the optimizer's state back to that array. */
  writeBackState(): void
}

/**
 * rateFactors: [steps], or of length 0. workspace: [stepEndWorkspace]. The learning rate of the plan may change between
 * steps.
 */
export function stepEndOf(
  plan: TrainingPlan,
  p: Float64Array,
  g: Float64Array,
  state: Float64Array,
  rateFactors: Float64Array,
  workspace: Float64Array,
): StepEnd {
  const { parameterCount, optimizerOptions } = plan
  const { update } = OPTIMIZERS[plan.optimizer]
  const options = optimizerOptions.slice()
  function setRate(step: number): void {
    const rate = learningRateOf(optimizerOptions)
    setLearningRate(options, rateFactors.length > 0 ? rate * rateFactors[step] : rate)
  }
  const ranges = trainedRanges(plan)
  if (isPlainUpdate(plan) && ranges.every((range) => isWhole(plan, range))) {
    return {
      loadState() {},
      end(step) {
        setRate(step)
        update(p, g, state, parameterCount, options)
        return -0
      },
      writeBackState() {},
    }
  }

  const rangeArrays: RangeArrays[] = []
  for (const range of ranges) {
    const { from, to } = range
    const at = rangeArrays.reduce((sum, one) => sum + one.state.length, 0)
    const rangeState = isWhole(plan, range) ? state : workspace.subarray(at, at + rangeStateLength(plan, range))
    rangeArrays.push({ p: p.subarray(from, to), g: g.subarray(from, to), state: rangeState, count: to - from })
  }
  /** Copies each range's state from the state of all parameters, or back. */
  function copyStates(back: boolean): void {
    const slots = OPTIMIZERS[plan.optimizer].slots(optimizerOptions)
    for (const [i, { from, to }] of ranges.entries()) {
      const rangeState = rangeArrays[i].state
      if (rangeState === state) continue
      const copy = (at: number, rangeAt: number, length: number): void => {
        if (back) state.set(rangeState.subarray(rangeAt, rangeAt + length), at)
        else rangeState.set(state.subarray(at, at + length), rangeAt)
      }
      for (let slot = 0; slot < slots; slot++) copy(slot * parameterCount + from, slot * (to - from), to - from)
      copy(slots * parameterCount, slots * (to - from), state.length - slots * parameterCount)
    }
  }

  const common = options.subarray(options.length - COMMON_OPTIONS.length)
  const penalized = penalizedTensors(plan)
  const tensors = trainedTensors(plan)

  function clip(): void {
    if (common[CLIP_VALUE] !== 0) for (const range of ranges) clipValues(g, range, common[CLIP_VALUE])
    if (common[CLIP_NORM] !== 0) {
      for (const tensor of tensors) clipNorm(g, [tensor], common[CLIP_NORM])
    }
    if (common[GLOBAL_CLIP_NORM] !== 0) clipNorm(g, tensors, common[GLOBAL_CLIP_NORM])
  }

  return {
    loadState: () => copyStates(false),
    end(step) {
      setRate(step)
      const penalty = penaltyOf(penalized, p)
      addPenaltyGradients(penalized, p, g)
      clip()
      if (common[WEIGHT_DECAY] !== 0)
        for (const range of ranges) decay(p, range, learningRateOf(options), common[WEIGHT_DECAY])
      for (const one of rangeArrays) update(one.p, one.g, one.state, one.count, options)
      return penalty
    },
    writeBackState: () => copyStates(true),
  }
}
