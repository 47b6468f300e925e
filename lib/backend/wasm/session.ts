/** Sessions in the WebAssembly module. */
import type { Session, SessionCall } from '../backend.js'
import { runSliced } from '../slices.js'
import type { Area } from './instance.js'
import type { Instances } from './instances.js'
import { isMemoryError } from './memory-error.js'
import { EPOCHS_DIFFER, HAS_MORE } from './module.js'
import {
  encodedMember,
  encodedSession,
  memberSessions,
  memberSessionsLength,
  moduleSession,
  moduleWorkspace,
  type Runner,
  runnerLength,
} from './runner.js'
import { layoutOf, SessionMemory } from './session-memory.js'

/** The most milliseconds of a slice. */
const SLICE_MS = 10

/** The most multiplications of an epoch of the members that the module trains together, some 10 ms. */
const LONG_EPOCH = 1e7
/** The most members that it trains together. */
const GROUP = 8

/**
 * Opens a session. It takes memory of an instance for all of its arrays.
 * @throws RangeError of `notEnoughMemory` where an instance cannot have that much
 */
export function openSession(instances: Instances, call: SessionCall): Session {
  const { plan, members, arrays } = call
  const encoded = encodedSession(instances, call)
  const layout = layoutOf(instances.names.sessionArrays, arrays, moduleWorkspace(instances, encoded))
  const area = instances.open(layout.total + runnerLength(instances, encoded))
  const memory = new SessionMemory(call, area, layout)
  const allMembers = opened(area, () =>
    moduleSession(area, encoded, (name) => ({ at: memory.address(name), length: memory.length(name) })),
  )
  const isLong = 3 * plan.parameterCount * plan.epochRows * Math.min(members.count, GROUP) > LONG_EPOCH
  let perMember: MemberRunner | null = null
  let isCancelled = false
  let isClosed = false

  function begin(from: number, until: number): void {
    if (isClosed) throw new Error('This session is closed.')
    memory.copyIn(from, until)
  }

  /** What trains in slices. The members of an ensemble whose epochs are long train each by itself. */
  function sliced(): Runner {
    if (members.count === 1 || !isLong) return allMembers
    perMember ??= memberRunner(instances, call, memory, area)
    return perMember?.runner ?? allMembers
  }

  return {
    run(from, until, milliseconds) {
      if (isCancelled) return true
      begin(from, until)
      const end = performance.now() + milliseconds
      let result = allMembers.advance(from, until, milliseconds, false)
      while ((result & EPOCHS_DIFFER) !== 0) {
        result = allMembers.advance(from, until, Math.max(0, end - performance.now()), true)
      }
      memory.copyOut()
      return (result & HAS_MORE) !== 0
    },
    async runAsync(from, until, milliseconds) {
      if (isCancelled) return true
      begin(from, until)
      const runner = sliced()
      const end = performance.now() + milliseconds
      let result = 0
      let continues = false
      // A unit of work is a millisecond.
      await runSliced((units) => {
        const left = Math.max(0, end - performance.now())
        result = runner.advance(from, until, Math.min(units, SLICE_MS, left), continues)
        continues = true
        if ((result & EPOCHS_DIFFER) !== 0) return false
        return result === 0 || isCancelled || performance.now() >= end
      })
      memory.copyOut()
      return (result & HAS_MORE) !== 0
    },
    cancel() {
      isCancelled = true
    },
    close() {
      if (isClosed) return
      isClosed = true
      perMember?.close()
      allMembers.close()
      area.close()
    },
  }
}

/** Opens something in an area, which is closed if that fails. */
function opened<Result>(area: Area, open: () => Result): Result {
  try {
    return open()
  } catch (error) {
    area.close()
    throw error
  }
}

interface MemberRunner {
  readonly runner: Runner
  close(): void
}

/** A session for each member, in the same instance as the copies; null where it has no memory for them. */
function memberRunner(
  instances: Instances,
  call: SessionCall,
  memory: SessionMemory,
  beside: Area,
): MemberRunner | null {
  const stateLength = memory.length('state') / call.members.count
  const first = encodedMember(instances, call, 0)
  const workspace = moduleWorkspace(instances, first)
  try {
    const area = instances.openIn(beside.instance, memberSessionsLength(instances, call, first, stateLength, workspace))
    const runner = opened(area, () => memberSessions(area, call, memory, workspace))
    return {
      runner,
      close() {
        runner.close()
        area.close()
      },
    }
  } catch (error) {
    if (isMemoryError(error)) return null
    throw error
  }
}
