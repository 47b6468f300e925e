/** evolve: selects, crosses and mutates the members of an ensemble. */
import { turn } from '../../backend/slices.js'
import { wrongSize, wrongType } from '../../checks/errors.js'
import { elements, isFloat64Array } from '../../checks/validate.js'
import type { Ensemble } from '../../network/ensemble.js'
import { lockNetworks, unlockNetworks } from '../../training/lock.js'
import { Evolution, type EvolutionEnd, recordAt } from './evolution.js'
import { type EvolveOptions, type EvolveSettings, evolveSettings } from './evolve-options.js'
import { Population } from './population.js'
import { isBetter } from './ranking.js'
import { type BestSnapshot, type EvolutionPlan, planOf, type Snapshot, savedEvolution } from './saved-evolution.js'

/**
 * Evolves the members of an ensemble, in place, so that their fitness becomes high. Fitness is computed by the caller, from
 * predictions of the whole population. The same fitness, options and first members give the same generations and digest on
 * every backend, interrupted or not. Afterwards the ensemble has the members of the last generation.
 * @throws (the promise is rejected) TypeError or RangeError for wrong options, before any work, and for a result of
 *   `fitness` that is no number for each member. What `fitness` or `onGeneration` throws. With `signal.reason` where the
 *   signal aborts before the first generation is done. The ensemble then has the members of the last generation that was
 *   done
 */
export async function evolve(ensemble: Ensemble, options: EvolveOptions): Promise<Evolution> {
  const settings = evolveSettings(ensemble, options)
  const locked = lockNetworks(ensemble.members)
  try {
    return await new EvolutionRun(settings).finish()
  } finally {
    unlockNetworks(locked)
  }
}

class EvolutionRun {
  private readonly plan: EvolutionPlan
  private readonly population: Population
  /** After the last generation; null before the first. */
  private snapshot: Snapshot | null
  /** [generations × 3] */
  private readonly history: number[]
  private isEnded = false

  constructor(private readonly settings: EvolveSettings) {
    const { ensemble, strategy, seed, backend, state } = settings
    this.plan = planOf(ensemble, strategy, seed)
    this.population = new Population(ensemble, backend, seed)
    this.snapshot = state
    this.history = [...(state?.history ?? [])]
    if (state !== null) {
      ensemble.attachedParameters().set(state.parameters)
      strategy.restore(state.strategy)
    }
  }

  async finish(): Promise<Evolution> {
    const { ensemble, signal } = this.settings
    for (;;) {
      const stopped = this.reason()
      if (stopped !== null) {
        if (this.snapshot === null) throw signal?.reason
        return new Evolution(this.snapshot, stopped, ensemble)
      }
      await this.next()
      await turn()
    }
  }

  private reason(): EvolutionEnd | null {
    const { generations, target, signal } = this.settings
    const { snapshot } = this
    if (snapshot !== null) {
      if (snapshot.best.values[0] >= target) return 'target'
      if (snapshot.generations >= generations) return 'generations'
      if (this.isEnded) return 'onGeneration'
    }
    return signal?.aborted === true ? 'aborted' : null
  }

  /** Evolves one generation. */
  private async next(): Promise<void> {
    const { ensemble, strategy, signal, onGeneration, generations } = this.settings
    const before = ensemble.attachedParameters().slice()
    try {
      const generation = this.snapshot?.generations ?? 0
      if (this.snapshot === null) strategy.begin(ensemble.attachedParameters())
      else strategy.next(ensemble.attachedParameters(), this.snapshot.fitness, generation)
      this.population.begin(generation)
      const fitness = fitnessOf(await this.settings.fitness(this.population), ensemble.members.length)
      this.snapshot = this.snapshotAfter(generation, fitness)
    } catch (error) {
      ensemble.attachedParameters().set(before)
      if (signal?.aborted === true) return
      throw error
    }
    if (onGeneration === null) return
    const { snapshot } = this
    const record = recordAt(snapshot.history, snapshot.generations - 1)
    this.isEnded = (await onGeneration({ ...record, generations, save: () => savedEvolution(snapshot) })) === false
  }

  private snapshotAfter(generation: number, fitness: Float64Array): Snapshot {
    const { ensemble, strategy } = this.settings
    const parameters = ensemble.attachedParameters().slice()
    const { best, mean, worst, member } = statisticsOf(fitness)
    this.history.push(best, mean, worst)
    return {
      plan: this.plan,
      generations: generation + 1,
      parameters,
      fitness,
      strategy: strategy.state(),
      history: this.history,
      best: this.bestAfter(generation, member, fitness[member], parameters),
    }
  }

  private bestAfter(generation: number, member: number, fitness: number, parameters: Float64Array): BestSnapshot {
    const old = this.snapshot?.best
    if (old !== undefined && !isBetter(fitness, old.values[0])) return old
    const count = parameters.length / this.settings.ensemble.members.length
    const values = new Float64Array(1 + count)
    values[0] = fitness
    values.set(parameters.subarray(member * count, (member + 1) * count), 1)
    return { generation, member, values }
  }
}

/** A copy of what `fitness` returned, after its checks. */
function fitnessOf(given: unknown, members: number): Float64Array {
  const name = 'the result of fitness'
  if (!(Array.isArray(given) || isFloat64Array(given))) {
    throw wrongType('a Float64Array or an array with a number for each member', name, given)
  }
  if (given.length !== members) {
    throw wrongSize(`${members} numbers, one for each member,`, name, `${given.length}`)
  }
  const values = isFloat64Array(given) ? given : elements(given)
  const fitness = new Float64Array(members)
  for (let i = 0; i < members; i++) {
    const value = values[i]
    if (typeof value !== 'number') throw wrongType('a number', `${name}[${i}]`, value)
    fitness[i] = value
  }
  return fitness
}

/** Of those that are not NaN. The member is the first of the best ones; where all are NaN, member 0. */
function statisticsOf(fitness: Float64Array): { best: number; mean: number; worst: number; member: number } {
  let [member, worst, sum, count] = [0, NaN, 0, 0]
  for (let i = 0; i < fitness.length; i++) {
    if (Number.isNaN(fitness[i])) continue
    if (isBetter(fitness[i], fitness[member])) member = i
    if (!(fitness[i] >= worst)) worst = fitness[i]
    sum += fitness[i]
    count++
  }
  return { best: fitness[member], mean: sum / count, worst, member }
}
