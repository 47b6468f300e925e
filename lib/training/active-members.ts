/** The members that are still trained, with their parameters and states side by side, as a backend takes them. */

import { seedWords } from '../backend/plan.js'
import type { MemberPlans } from '../kernels/plan.js'

/** Parameters and states of all members, one after the other. */
export interface MemberArrays {
  readonly parameters: Float64Array
  readonly state: Float64Array
}

/** Member i of so many. */
export const memberSlice = (all: Float64Array, i: number, members: number): Float64Array =>
  all.subarray((i * all.length) / members, ((i + 1) * all.length) / members)

export class ActiveMembers {
  private workspace = new Float64Array(0)
  private readonly values: MemberArrays

  /**
   * @param members which of all members they are, in order
   * @param all the values of all members, used in place where none is missing
   */
  constructor(
    readonly members: readonly number[],
    private readonly all: MemberArrays,
    private readonly total: number,
  ) {
    const together = (values: Float64Array): Float64Array => {
      if (members.length === total) return values
      const copy = new Float64Array((values.length / total) * members.length)
      members.forEach((member, i) => {
        memberSlice(copy, i, members.length).set(memberSlice(values, member, total))
      })
      return copy
    }
    this.values = { parameters: together(all.parameters), state: together(all.state) }
  }

  get parameters(): Float64Array {
    return this.values.parameters
  }

  get state(): Float64Array {
    return this.values.state
  }

  /** The parameters of the i-th. */
  parametersOf(i: number): Float64Array {
    return memberSlice(this.parameters, i, this.members.length)
  }

  /** Brings the values of all members up to date. */
  writeBack(): void {
    if (this.members.length === this.total) return
    this.members.forEach((member, i) => {
      for (const kind of ['parameters', 'state'] as const) {
        memberSlice(this.all[kind], member, this.total).set(memberSlice(this.values[kind], i, this.members.length))
      }
    })
  }

  /** The active without those that have stopped. */
  removeStopped(stopped: (member: number) => boolean): ActiveMembers {
    const left = this.members.filter((member) => !stopped(member))
    if (left.length === this.members.length) return this
    this.writeBack()
    return new ActiveMembers(left, this.all, this.total)
  }

  /** What the members differ in. */
  plans(seeds: readonly number[], options: readonly Float64Array[]): MemberPlans {
    return {
      count: this.members.length,
      seeds: Int32Array.from(this.members.flatMap((member) => seedWords(seeds[member]))),
      optimizerOptions: Float64Array.from(options.flatMap((one) => [...one])),
    }
  }

  /** A workspace of this length, the last one where it is that long. */
  workspaceOf(length: number): Float64Array {
    if (this.workspace.length !== length) this.workspace = new Float64Array(length)
    return this.workspace
  }
}
