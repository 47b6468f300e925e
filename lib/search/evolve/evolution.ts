/** Evolution: the result of `evolve`. */
import { brand } from '../../checks/brand.js'
import { INSPECT, summary } from '../../checks/inspect.js'
import { withJSON } from '../../checks/json.js'
import type { Ensemble } from '../../network/ensemble.js'
import type { Network } from '../../network/network.js'
import { digestOfSnapshot, type SavedEvolution, type Snapshot, savedEvolution } from './saved-evolution.js'

/** The fitness of a generation's members. Those whose fitness is NaN do not count; NaN where all are. */
export interface GenerationRecord {
  /** From 0. */
  readonly generation: number
  readonly best: number
  readonly mean: number
  readonly worst: number
}

/** The best member of all generations; of equal ones the first. */
export interface BestMember {
  readonly generation: number
  readonly member: number
  readonly fitness: number
  /** A network of its own: later evolutions of the ensemble do not change it. */
  readonly network: Network
}

/** Why an evolution ended. */
export type EvolutionEnd = 'generations' | 'target' | 'onGeneration' | 'aborted'

/** The entry of a history: [generations × 3]. */
export function recordAt(history: readonly number[], generation: number): GenerationRecord {
  const [best, mean, worst] = history.slice(3 * generation, 3 * generation + 3)
  return { generation, best, mean, worst }
}

/** The generations that were evolved, and the best member. */
export class Evolution {
  readonly best: BestMember
  /** All generations, with those of `state`. */
  readonly history: readonly GenerationRecord[]

  /** @internal */
  constructor(
    private readonly snapshot: Snapshot,
    /**
     * `generations`: all were evolved; `target`: a member is as fit as asked; `onGeneration`: it returned false; `aborted`: by
     * the signal.
     */
    readonly stopped: EvolutionEnd,
    ensemble: Ensemble,
  ) {
    const { best, generations, history } = snapshot
    const network = ensemble.members[0].clone()
    network.parameters.set(best.values.subarray(1))
    this.best = withJSON({ generation: best.generation, member: best.member, fitness: best.values[0], network })
    this.history = Array.from({ length: generations }, (_, i) => recordAt(history, i))
  }

  /** The fitness of the members of the last generation, [members]; a copy. */
  get fitness(): Float64Array {
    return this.snapshot.fitness.slice()
  }

  /** SHA-256, in hex, of the options, the last generation, the history, and the best member. */
  digest(): string {
    return digestOfSnapshot(this.snapshot)
  }

  /** The state, exactly: the option `state` of an evolution that goes on from here. */
  toJSON(): SavedEvolution {
    return savedEvolution(this.snapshot)
  }

  /** What `console.log` shows. @internal */
  [INSPECT](): string {
    const { best, history, stopped } = this
    const line = `best fitness ${best.fitness} of member ${best.member} in generation ${best.generation}`
    return summary(`Evolution: ${history.length} generations, ended by ${stopped}`, [line])
  }
}

brand(Evolution, 'Evolution')
