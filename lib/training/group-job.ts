/** The job of a fit for many networks of one architecture, without an object for each of them. */
import { memberError } from '../checks/errors.js'
import { type Chosen, optimizerRegistry } from '../checks/registry.js'
import type { Optimizer } from '../kernels/optimizers.js'
import type { NetworkPlan } from '../kernels/plan.js'
import { memberLayerOptions } from '../kernels/training/members.js'
import { Network } from '../network/network.js'
import { memberParameters, type NetworkOptions, planOf } from '../network/shape.js'
import { statesOf } from './compiled-model.js'
import { NONE } from './fit-data.js'
import type { Job } from './fit-job.js'
import { makeJob } from './make-job.js'
import { freshScheduleState } from './rate-schedule.js'
import { Trainer } from './trainer.js'
import type { TrainerOptions } from './trainer-options.js'

/** The options that the networks of a group have in common, as of `Trainer` and `fit`. */
export interface GroupOptions {
  /** Without `optimizer`. */
  readonly trainer: Readonly<Record<string, unknown>>
  /** Without `seed`. */
  readonly fit: Readonly<Record<string, unknown>>
}

/**
 * What differs between them. An option of an optimizer that is 0 for one is 0 for all, and they have the same name. Their
 * layers differ only in the options of layers that only training has, such as the rates of dropout.
 */
export interface GroupMember {
  /** The options of `Network` without `seed`. */
  readonly network: Readonly<Record<string, unknown>>
  readonly networkSeed: number
  readonly fitSeed: number
  readonly optimizer: unknown
  /** What errors call it. */
  readonly name: string
}

/**
 * Makes the job of a group. Each network gets the bits of `new Trainer(new Network(…)).fit(x, y, …)` with its options. The
 * job trains arrays of its own; samples that are Float64Arrays are used in place and must not change.
 * @throws as Network, Trainer and fit, for the options of any member, with its name
 */
export function makeGroupJob(options: GroupOptions, members: readonly GroupMember[], x: unknown, y: unknown): Job {
  const [first] = members
  const job = named(first, () => {
    const prototype = new Network({ ...(first.network as unknown as NetworkOptions), seed: first.networkSeed })
    const { parts } = new Trainer(prototype, { ...options.trainer, optimizer: first.optimizer } as TrainerOptions)
    return makeJob(parts, x, y, { ...options.fit, seed: first.fitSeed }, { isAsync: false, continues: false })
  })
  const [firstOptimizer] = job.compiled.optimizers
  const optimizers = members.map((member): Chosen<Optimizer> => {
    const { optimizer } = member
    if (optimizer === first.optimizer) return firstOptimizer
    return named(member, () => optimizerRegistry.choose(optimizer, 'optimizer'))
  })
  const layerOptions = layerOptionsOf(members, job.compiled.plan)
  const compiled = { ...job.compiled, name: 'ensemble' as const, optimizers, layerOptions }
  return {
    ...job,
    compiled,
    settings: { ...job.settings, seeds: members.map(({ fitSeed }) => fitSeed) },
    values: {
      parameters: memberParameters(
        first.network,
        members.map(({ networkSeed }) => networkSeed),
      ),
      state: statesOf(compiled),
    },
    scheduleState: freshScheduleState(job.schedule, members.length),
  }
}

/** As of `MemberPlans`. plan: that of the first member */
function layerOptionsOf(members: readonly GroupMember[], plan: NetworkPlan): Float64Array {
  const common = memberLayerOptions(plan)
  const { layers: firstLayers } = members[0].network
  if (common.length === 0 || members.every(({ network }) => network.layers === firstLayers)) return NONE
  const all = new Float64Array(members.length * common.length)
  members.forEach((member, i) => {
    const { inputs, layers } = member.network
    const own = layers === firstLayers ? common : named(member, () => memberLayerOptions(planOf(inputs, layers)))
    all.set(own, i * common.length)
  })
  return all
}

function named<Result>(member: GroupMember, make: () => Result): Result {
  try {
    return make()
  } catch (error) {
    throw memberError(error, member.name)
  }
}
