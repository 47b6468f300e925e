/** What trains in the memory of an instance: a session of the module, or one for each member of an ensemble. */
import { DONE, EPOCH, OUTCOME_LENGTH, POSITION_LENGTH } from '../../kernels/plan.js'
import { memberPlan } from '../../kernels/training/members.js'
import type { SessionCall } from '../backend.js'
import { encodeMembers, encodePlan, encodeWatch } from '../encode.js'
import { type Area, areaLength, type Instance } from './instance.js'
import type { Instances } from './instances.js'
import { EPOCHS_DIFFER, HAS_MORE, TRAIN } from './module.js'
import type { SessionMemory } from './session-memory.js'

/** Trains in the memory of a session. */
export interface Runner {
  /** Trains as `runSession` of the module, with its result. */
  advance(from: number, until: number, milliseconds: number, continues: boolean): number
  /** Frees what it has besides the memory of the session. */
  close(): void
}

/** The address of an array of a session in doubles, and its length. */
interface Part {
  readonly at: number
  readonly length: number
}

/** The numbers that a session of the module is opened with. */
export interface EncodedSession {
  /** The number of members. */
  readonly count: number
  readonly plan: Float64Array
  readonly members: Float64Array
  readonly watch: Float64Array
}

export const encodedSession = (
  { names }: Pick<Instances, 'names'>,
  { plan, members, watch }: Pick<SessionCall, 'plan' | 'members' | 'watch'>,
): EncodedSession => ({
  count: members.count,
  plan: encodePlan(names, plan),
  members: encodeMembers(plan, members),
  watch: encodeWatch(names, watch),
})

/** The length of the area that `moduleSession` needs. */
export function runnerLength({ names }: Pick<Instances, 'names'>, { plan, members, watch }: EncodedSession): number {
  const arrays = names.sessionArrays.length
  return areaLength(arrays / 2 + 1, arrays, plan.length, members.length, watch.length)
}

/** A session of the module over parts of memory. */
export function moduleSession(
  area: Area,
  { count, plan, members, watch }: EncodedSession,
  partOf: (name: Instance['names']['sessionArrays'][number]) => Part,
): Runner {
  const { instance } = area
  const parts = instance.names.sessionArrays.map(partOf)
  const pointers = area.reserve(parts.length / 2 + 1)
  const { buffer } = instance.values
  new Int32Array(buffer, 8 * pointers, parts.length).set(parts.map(({ at, length }) => (length === 0 ? 0 : 8 * at)))
  const lengths = area.put(parts.map(({ length }) => length))
  const numbers = area.put(plan)
  const [membersPointer, watchPointer] = [area.pointerTo(members), area.pointerTo(watch)]
  const [openedPlan, session] = instance.call(({ openPlan, openSession }) => {
    const opened = openPlan(8 * numbers, plan.length, TRAIN)
    const memory = [membersPointer, members.length, watchPointer, watch.length] as const
    return [opened, openSession(opened, count, ...memory, 8 * pointers, 8 * lengths)]
  })
  return {
    advance: (from, until, milliseconds, continues) =>
      instance.call(({ runSession }) => runSession(session, from, until, milliseconds, continues ? 1 : 0)),
    close() {
      if (!instance.isOpen) return
      instance.call(({ closeSession, closePlan }) => {
        closeSession(session)
        closePlan(openedPlan)
      })
    },
  }
}

/** The length of the workspace of a session in the module. */
export const moduleWorkspace = (instances: Instances, { count, plan, watch }: EncodedSession): number =>
  instances.use(areaLength(plan.length, watch.length), (area) => {
    const [numbers, watchPointer] = [area.pointerTo(plan), area.pointerTo(watch)]
    return area.instance.call(({ openPlan, closePlan, sessionWorkspace }) => {
      const opened = openPlan(numbers, plan.length, TRAIN)
      const length = sessionWorkspace(opened, count, watchPointer, watch.length)
      closePlan(opened)
      return length
    })
  })

/** Those of the plan. */
const NONE = new Float64Array(0)

/** One member, as an ensemble of one. */
export function encodedMember(
  instances: Pick<Instances, 'names'>,
  { plan, members, watch }: SessionCall,
  i: number,
): EncodedSession {
  const own = memberPlan(plan, members, i)
  const seeds = members.seeds.slice(2 * i, 2 * i + 2)
  return encodedSession(instances, {
    plan: own,
    members: { count: 1, seeds, optimizerOptions: own.optimizerOptions, layerOptions: NONE },
    watch,
  })
}

/** The length of the area that `memberSessions` needs. one: the first member, `workspace`: the length of its workspace */
export const memberSessionsLength = (
  instances: Instances,
  { plan, members }: SessionCall,
  one: EncodedSession,
  stateLength: number,
  workspace: number,
): number =>
  areaLength(plan.parameterCount, stateLength, workspace) +
  members.count * (areaLength(POSITION_LENGTH) + runnerLength(instances, one))

/**
 * A session of the module for each member of an ensemble. The module trains several members an epoch at a time; these end
 * within an epoch, so that none of their slices is long. The members train one after the other, up to the end of the same
 * epoch, and share a workspace. Their bits are those of one session.
 */
export function memberSessions(area: Area, call: SessionCall, memory: SessionMemory, workspaceLength: number): Runner {
  const { instance } = area
  const { count } = call.members
  const { parameterCount } = call.plan
  const stateLength = memory.length('state') / count
  const own: { readonly [Name in string]?: Part } = {
    currentParameters: { at: area.reserve(parameterCount), length: parameterCount },
    currentState: { at: area.reserve(stateLength), length: stateLength },
    workspace: { at: area.reserve(workspaceLength), length: workspaceLength },
  }
  const perMember = ['parameters', 'state', 'best', 'stopping', 'plateaus', 'outcomes', 'series']
  const positions: number[] = []
  const runners = Array.from({ length: count }, (_, i) => {
    const position = area.reserve(POSITION_LENGTH)
    positions.push(position)
    return moduleSession(area, encodedMember(instance, call, i), (name) => {
      if (name === 'position') return { at: position, length: POSITION_LENGTH }
      const at = memory.address(name)
      const length = perMember.includes(name) ? memory.length(name) / count : memory.length(name)
      return own[name] ?? { at: perMember.includes(name) ? at + i * length : at, length }
    })
  })
  const common = memory.address('position')
  const outcomes = memory.address('outcomes')
  const outcomeOf = (i: number) => outcomes + i * OUTCOME_LENGTH
  const isActive = (i: number): boolean => instance.values[outcomeOf(i) + 1] === DONE
  // The member that is trained, and whether it has begun.
  let current = 0
  let begun = false

  /** Trains the current member up to the end of an epoch; returns whether it has reached it. */
  function reaches(from: number, epoch: number, milliseconds: number): boolean {
    if (!begun && !isActive(current)) return true
    if (!begun) instance.values.set([epoch, 0, -0, -0], positions[current])
    const result = runners[current].advance(from, epoch + 1, milliseconds, begun)
    begun = (result & HAS_MORE) !== 0
    return !begun
  }

  /** All members that are still trained have reached the end of the epoch. */
  function endEpoch(): void {
    const { values } = instance
    const epochs = runners.reduce((most, _, i) => Math.max(most, values[outcomeOf(i)]), 0)
    values.set([epochs, 0, -0, -0], common)
  }

  return {
    advance(from, until, milliseconds, continues) {
      if (!continues) {
        current = 0
        begun = false
      }
      const end = performance.now() + milliseconds
      for (let left = milliseconds, hasTrained = false; ; left = Math.max(0, end - performance.now())) {
        const epoch = instance.values[common + EPOCH]
        const isBetween = current === 0 && !begun
        if (isBetween && !(epoch < until && runners.some((_, i) => isActive(i)))) return 0
        if (hasTrained && left === 0) return isBetween ? HAS_MORE : HAS_MORE | EPOCHS_DIFFER
        hasTrained = true
        if (!reaches(from, epoch, left)) continue
        current = (current + 1) % count
        if (current === 0) endEpoch()
      }
    },
    close() {
      for (const runner of runners) runner.close()
    },
  }
}
