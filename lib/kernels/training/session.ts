/** A session in TypeScript: the trainings of its members, and what follows each epoch. native/session.cc is its partner. */
import { type Allocate, allocatorOf } from '../arena.js'
import { LEARNING_RATE } from '../optimizers.js'
import {
  DONE,
  EPOCH,
  LOSS_SUM,
  type MemberPlans,
  NOT_IMPROVING,
  OUTCOME_LENGTH,
  PENALTIES,
  PLATEAU_LENGTH,
  POSITION_LENGTH,
  type SessionArrays,
  seriesCount,
  type TrainingPlan,
  type WatchPlan,
} from '../plan.js'
import { type TrainingArrays, trainingBuffers, trainingWorkspace } from './buffers.js'
import { memberPlan } from './members.js'
import { stateLength } from './step.js'
import { trainingOf } from './train.js'
import { watchOf, watchWorkspace } from './watch.js'

/** A session that is advanced by blocks of rows. */
export interface KernelSession {
  /** Begins a run. from: the epoch of the first entry of the series and of the rate factors */
  begin(from: number): void
  /**
   * Trains all members up to epoch `until`, for at most `blocks` blocks. A session of several members must be advanced to
   * one `until` until it is reached.
   * @returns whether all members have reached it or stopped
   */
  advance(until: number, blocks: number): boolean
  /** Whether it is between two steps; of several members: between two epochs. */
  canEnd(): boolean
  /** Whether a member can go on. */
  isActive(): boolean
  /** Ends a run: it returns to the end of the last whole step. */
  settle(): void
}

/**
 * The members train one after the other, so that they share a workspace: a training's, the current values of a member of
 * several, and what the watch needs.
 */
export function sessionWorkspace(plan: TrainingPlan, { count }: MemberPlans, watch: WatchPlan | null): number {
  const current = count === 1 ? 0 : plan.parameterCount + stateLength(plan, plan.parameterCount)
  return trainingWorkspace(plan) + current + (watch === null ? 0 : watchWorkspace(plan, watch))
}

interface Member {
  begin(from: number): void
  /** Returns the blocks that are left. */
  advance(until: number, blocks: number): number
  isActive(): boolean
  hasReached(until: number): boolean
  isBetweenSteps(): boolean
  settle(): void
}

interface MemberWorkspace {
  readonly training: Float64Array
  readonly watch: Float64Array
  readonly parameters: Float64Array
  readonly state: Float64Array
}

function memberOf(
  plan: TrainingPlan,
  members: MemberPlans,
  watch: WatchPlan | null,
  arrays: SessionArrays,
  workspace: MemberWorkspace,
  i: number,
): Member {
  const { count } = members
  const part = (all: Float64Array, length: number) => all.subarray(i * length, (i + 1) * length)
  const own = memberPlan(plan, members, i)
  const options = own.optimizerOptions
  const learningRate = options[LEARNING_RATE]
  const series = seriesCount(watch)
  const chunk = arrays.series.length / (count * series)
  const ownSeries = part(arrays.series, series * chunk)
  const position = count === 1 ? arrays.position : new Float64Array(POSITION_LENGTH)
  const outcome = part(arrays.outcomes, OUTCOME_LENGTH)
  const plateau = part(arrays.plateaus, PLATEAU_LENGTH)
  const ownArrays: TrainingArrays = {
    parameters: part(arrays.parameters, plan.parameterCount),
    state: part(arrays.state, arrays.state.length / count),
    currentParameters: workspace.parameters,
    currentState: workspace.state,
    x: arrays.x,
    y: arrays.y,
    sampleWeight: arrays.sampleWeight,
    rateFactors: arrays.rateFactors,
    losses: ownSeries.subarray(0, chunk),
    position,
    outcome,
  }
  const training = trainingOf(own, ownArrays, trainingBuffers(own, workspace.training))
  const afterEpoch = watch === null ? null : watchOf(own, watch, arrays, i, workspace.watch)
  const rates = watch?.scheduled === 1 ? ownSeries.subarray((series - 1) * chunk, series * chunk) : null
  const { rateFactors } = arrays
  let first = 0

  function setRate(): void {
    if (plateau.length > 0) options[LEARNING_RATE] = learningRate * plateau[0]
  }

  const isActive = (): boolean => outcome[1] === DONE
  const hasReached = (until: number): boolean => position[EPOCH] >= until || !isActive()

  return {
    begin(from) {
      first = from
      if (count > 1) {
        position[EPOCH] = arrays.position[EPOCH]
        position[LOSS_SUM] = position[PENALTIES] = -0
      }
      setRate()
      training.begin(from)
    },
    advance(until, blocks) {
      if (afterEpoch === null) return training.advance(until, blocks)
      let left = blocks
      while (left > 0 && !hasReached(until)) {
        const epoch = position[EPOCH]
        const at = epoch - first
        if (rates !== null) {
          const rate = options[LEARNING_RATE]
          rates[at] = rateFactors.length > 0 ? rate * rateFactors[at * plan.stepsPerEpoch] : rate
        }
        left = training.advance(epoch + 1, left)
        if (position[EPOCH] === epoch) continue
        if (!afterEpoch(epoch, at)) outcome[1] = NOT_IMPROVING
        setRate()
      }
      return left
    },
    isActive,
    hasReached,
    isBetweenSteps: training.isBetweenSteps,
    settle: training.settle,
  }
}

export function sessionOf(
  plan: TrainingPlan,
  members: MemberPlans,
  watch: WatchPlan | null,
  arrays: SessionArrays,
): KernelSession {
  const { count } = members
  const allocate: Allocate = allocatorOf(arrays.workspace)
  const training = allocate(trainingWorkspace(plan))
  const workspace: MemberWorkspace = {
    training,
    watch: allocate(watch === null ? 0 : watchWorkspace(plan, watch)),
    parameters: count === 1 ? arrays.currentParameters : allocate(plan.parameterCount),
    state: count === 1 ? arrays.currentState : allocate(stateLength(plan, plan.parameterCount)),
  }
  const all = Array.from({ length: count }, (_, i) => memberOf(plan, members, watch, arrays, workspace, i))
  let from = 0
  // The member that is trained, and whether it has begun.
  let current = 0
  let begun = false
  return {
    begin(first) {
      from = first
      current = 0
      begun = count === 1
      if (begun) all[0].begin(from)
    },
    advance(until, blocks) {
      let left = blocks
      while (left > 0) {
        const member = all[current]
        // Its own position is that of the run before, which may have ended in a later epoch.
        if (!begun && member.isActive()) member.begin(from)
        begun = true
        left = member.advance(until, left)
        if (!member.hasReached(until)) continue
        current++
        begun = false
        if (current < count) continue
        current = 0
        if (count > 1) arrays.position[EPOCH] = until
        return true
      }
      return false
    },
    canEnd: () => (count === 1 ? all[0].isBetweenSteps() : current === 0 && !begun),
    isActive: () => all.some((member) => member.isActive()),
    settle() {
      if (count === 1) all[0].settle()
    },
  }
}
