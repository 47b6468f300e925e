/**
 * The members of a fit that are still trained, with their parameters and states in contiguous arrays, as a backend
 * takes them.
 */
import { seedWords } from '../backend/plan.js'
import type { MemberPlans } from '../kernels/plan.js'

/** Parameters and states of all members, member after member. */
export interface MemberArrays {
  readonly parameters: Float64Array
  readonly state: Float64Array
}

/** The part of an array that belongs to member i of `members`. */
export const memberSlice = (all: Float64Array, i: number, members: number): Float64Array =>
  all.subarray((i * all.length) / members, ((i + 1) * all.length) / members)

export class ActiveMembers {
  private workspace = new Float64Array(0)
  private readonly values: MemberArrays
  private readonly total: number
  private readonly seedWords: Int32Array

  /**
   * @param members the indices of the active members, in order
   * @param all the arrays of all members, used in place while all are active
   * @param seeds one per member of all
   */
  constructor(
    readonly members: readonly number[],
    private readonly all: MemberArrays,
    private readonly seeds: readonly number[],
  ) {
    const total = seeds.length
    this.total = total
    this.seedWords = Int32Array.from(members.flatMap((member) => seedWords(seeds[member])))
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

  /** The parameters of the i-th active member. */
  parametersOf(i: number): Float64Array {
    return memberSlice(this.parameters, i, this.members.length)
  }

  /** Writes the values of the active members back to the arrays of all members. */
  writeBack(): void {
    if (this.members.length === this.total) return
    this.members.forEach((member, i) => {
      for (const kind of ['parameters', 'state'] as const) {
        memberSlice(this.all[kind], member, this.total).set(memberSlice(this.values[kind], i, this.members.length))
      }
    })
  }

  /** The active members without those that have stopped; the values of all are written back first. */
  removeStopped(stopped: (member: number) => boolean): ActiveMembers {
    const left = this.members.filter((member) => !stopped(member))
    if (left.length === this.members.length) return this
    this.writeBack()
    return new ActiveMembers(left, this.all, this.seeds)
  }

  /** The differences between the active members. */
  plans(options: readonly Float64Array[]): MemberPlans {
    return {
      count: this.members.length,
      seeds: this.seedWords,
      optimizerOptions: options.length === 1 ? options[0] : Float64Array.from(options.flatMap((one) => [...one])),
    }
  }

  /** A workspace of this length; the last one is reused where it has that length. */
  workspaceOf(length: number): Float64Array {
    if (this.workspace.length !== length) this.workspace = new Float64Array(length)
    return this.workspace
  }
}
