/** The genetic algorithm: elite members stay, the others are children of selected parents, crossed and mutated. */
import type { Chosen } from '../../checks/registry.js'
import { searchStreams } from '../space/random.js'
import type { Crossover } from './crossovers.js'
import type { GeneRange } from './genes.js'
import type { Mutation } from './mutations.js'
import { ranked } from './ranking.js'
import type { Selection } from './selections.js'
import { type Strategy, shown } from './strategy.js'

export interface GeneticSettings {
  readonly seed: number
  /** The number of the best members that stay as they are. */
  readonly elite: number
  readonly selection: Chosen<Selection>
  readonly crossover: Chosen<Crossover>
  readonly mutation: Chosen<Mutation>
  /** The parameters that change, by layer. */
  readonly layers: readonly (readonly GeneRange[])[]
}

export class Genetic implements Strategy {
  readonly plan: Strategy['plan']
  readonly stateLength = 0
  private readonly genes: readonly GeneRange[]
  // The factor of mutations, a repeated product, and the generation that it belongs to.
  private factor = 1
  private factorOf = 1

  constructor(private readonly settings: GeneticSettings) {
    const { elite, selection, crossover, mutation, layers } = settings
    const operators = { selection: shown(selection), crossover: shown(crossover), mutation: shown(mutation) }
    this.plan = { strategy: { name: 'genetic' }, elite, ...operators }
    this.genes = layers.flat()
  }

  begin(): void {}

  /** Members 0 … elite - 1 are the best ones, from the best on; the children follow. */
  next(parameters: Float64Array, fitness: Float64Array, generation: number): void {
    const { seed, elite, selection, crossover, mutation, layers } = this.settings
    const members = fitness.length
    const count = parameters.length / members
    const order = ranked(fitness)
    const parents = parameters.slice()
    const parent = (place: number) => parents.subarray(order[place] * count, (order[place] + 1) * count)
    const [selecting, crossing, mutating] = (['selection', 'crossover', 'mutation'] as const).map((purpose) =>
      searchStreams(seed, purpose)(generation),
    )
    const pick = () => selection.entry.pick(members, selecting, selection.options)
    const rate = crossover.entry.rate(crossover.options)
    const factor = this.factorAt(generation)
    for (let i = 0; i < members; i++) {
      const child = parameters.subarray(i * count, (i + 1) * count)
      child.set(parent(i < elite ? i : pick()))
      if (i < elite) continue
      if (rate > 0 && crossing.uniform() < rate) crossover.entry.cross(child, parent(pick()), layers, crossing)
      mutation.entry.mutate(child, this.genes, factor, mutating, mutation.options)
    }
  }

  state(): Float64Array {
    return new Float64Array(0)
  }

  restore(): void {}

  /** decay^(generation - 1) */
  private factorAt(generation: number): number {
    const { mutation } = this.settings
    const decay = mutation.entry.decay(mutation.options)
    for (; this.factorOf < generation; this.factorOf++) this.factor *= decay
    return this.factor
  }
}
