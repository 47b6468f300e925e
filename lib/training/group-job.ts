/** The job of a fit for many networks of one architecture, without an object for each of them. */
import { type Chosen, optimizerRegistry } from '../checks/registry.js'
import type { Optimizer } from '../kernels/optimizers.js'
import { Network } from '../network/network.js'
import { memberParameters, type NetworkOptions } from '../network/shape.js'
import { statesOf } from './compiled-model.js'
import type { Job } from './fit-job.js'
import { makeJob } from './make-job.js'
import { freshScheduleState } from './rate-schedule.js'
import { Trainer } from './trainer.js'
import type { TrainerOptions } from './trainer-options.js'

/** The options that the networks of a group have in common, as of `Network`, `Trainer` and `fit`. */
export interface GroupOptions {
  /** Without `seed`. */
  readonly network: Readonly<Record<string, unknown>>
  /** Without `optimizer`. */
  readonly trainer: Readonly<Record<string, unknown>>
  /** Without `seed`. */
  readonly fit: Readonly<Record<string, unknown>>
}

/** What differs between them. An option of an optimizer that is 0 for one is 0 for all, and they have the same name. */
export interface GroupMember {
  readonly networkSeed: number
  readonly fitSeed: number
  readonly optimizer: unknown
}

/**
 * Makes the job of a group. Each network gets the bits of `new Trainer(new Network(…)).fit(x, y, …)` with its options. The
 * job trains arrays of its own; samples that are Float64Arrays are used in place and must not change.
 * @throws as Network, Trainer and fit, for the options of any member
 */
export function makeGroupJob(options: GroupOptions, members: readonly GroupMember[], x: unknown, y: unknown): Job {
  const { network, trainer, fit } = options
  const [first] = members
  const prototype = new Network({ ...(network as unknown as NetworkOptions), seed: first.networkSeed })
  const { parts } = new Trainer(prototype, { ...trainer, optimizer: first.optimizer } as TrainerOptions)
  const job = makeJob(parts, x, y, { ...fit, seed: first.fitSeed }, { isAsync: false, continues: false })
  const optimizers: Chosen<Optimizer>[] = members.map(({ optimizer }) =>
    optimizer === first.optimizer ? job.compiled.optimizers[0] : optimizerRegistry.choose(optimizer, 'optimizer'),
  )
  const compiled = { ...job.compiled, name: 'ensemble' as const, optimizers }
  return {
    ...job,
    compiled,
    settings: { ...job.settings, seeds: members.map(({ fitSeed }) => fitSeed) },
    values: {
      parameters: memberParameters(
        network,
        members.map(({ networkSeed }) => networkSeed),
      ),
      state: statesOf(compiled),
    },
    scheduleState: freshScheduleState(job.schedule, members.length),
  }
}
