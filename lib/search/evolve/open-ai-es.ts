/**
 * Evolution strategies as of Salimans et al., "Evolution strategies as a scalable alternative to reinforcement learning"
 * (2017): members are perturbations of one center, in pairs of opposite ones. Their fitness, as centered ranks,
 * estimates a gradient, and an optimizer moves the center.
 *
 * Member 0 is the center c itself. Members 2i + 1 and 2i + 2 are c + σ·εᵢ and c - σ·εᵢ, for the pairs i = 0 … k - 1.
 * With the centered ranks u of these members: gradient = Σᵢ (u₂ᵢ₊₁ - u₂ᵢ₊₂)·εᵢ / (2·k·σ).
 */
import type { Network } from '../../network/network.js'
import { Trainer } from '../../training/trainer.js'
import { searchStreams } from '../space/random.js'
import { type GeneRange, normal } from './genes.js'
import { centeredRanks } from './ranking.js'
import { type Strategy, shown } from './strategy.js'

export interface OpenAiSettings {
  readonly seed: number
  /** σ */
  readonly deviation: number
  /** As for Trainer. */
  readonly optimizer: unknown
  readonly backend: unknown
  /** A network of the architecture, which no other code has. */
  readonly center: Network
  /** The parameters that change. */
  readonly genes: readonly GeneRange[]
}

export class OpenAiEs implements Strategy {
  readonly plan: Strategy['plan']
  readonly stateLength: number
  private readonly trainer: Trainer<Network>

  /** @throws as Trainer for an optimizer that it refuses */
  constructor(private readonly settings: OpenAiSettings) {
    const { center, optimizer, backend, deviation } = settings
    // The loss has no effect: the gradients are those of this class.
    const options = { loss: 'meanSquaredError', optimizer, backend }
    this.trainer = new Trainer(center, options as ConstructorParameters<typeof Trainer<Network>>[1])
    const [chosen] = this.trainer.parts.compiled.optimizers
    this.plan = { strategy: { name: 'openaiES', deviation }, optimizer: shown(chosen) }
    this.stateLength = this.trainer.optimizerState.length
  }

  /** The center is the first of the given members. */
  begin(parameters: Float64Array): void {
    const { center } = this.settings
    center.parameters.set(parameters.subarray(0, center.parameterCount))
    this.perturb(parameters, 0)
  }

  /** @throws DivergenceError where a parameter of the center would not be finite */
  next(parameters: Float64Array, fitness: Float64Array, generation: number): void {
    const { center } = this.settings
    center.parameters.set(parameters.subarray(0, center.parameterCount))
    this.trainer.applyGradients(this.gradient(fitness, generation - 1))
    this.perturb(parameters, generation)
  }

  state(): Float64Array {
    return this.trainer.optimizerState
  }

  restore(state: Float64Array): void {
    this.trainer.optimizerState = state
  }

  /** Minus the gradient of the fitness, because optimizers go down. */
  private gradient(fitness: Float64Array, generation: number): Float64Array {
    const { center, deviation } = this.settings
    const ranks = centeredRanks(fitness.subarray(1))
    const sum = new Float64Array(center.parameterCount)
    this.eachPerturbation(generation, ranks.length / 2, (pair, j, epsilon) => {
      sum[j] += (ranks[2 * pair + 1] - ranks[2 * pair]) * epsilon
    })
    const scale = ranks.length * deviation
    for (let j = 0; j < sum.length; j++) sum[j] /= scale
    return sum
  }

  /** Writes the center and its perturbations. A parameter that would not be finite is that of the center. */
  private perturb(parameters: Float64Array, generation: number): void {
    const { center, deviation } = this.settings
    const count = center.parameterCount
    const values = center.parameters
    for (let from = 0; from < parameters.length; from += count) parameters.set(values, from)
    const pairs = (parameters.length / count - 1) / 2
    this.eachPerturbation(generation, pairs, (pair, j, epsilon) => {
      const step = deviation * epsilon
      const at = (2 * pair + 1) * count + j
      if (Number.isFinite(values[j] + step)) parameters[at] = values[j] + step
      if (Number.isFinite(values[j] - step)) parameters[at + count] = values[j] - step
    })
  }

  /** Calls `use` with each εᵢ of a generation, parameter by parameter; pair by pair. */
  private eachPerturbation(
    generation: number,
    pairs: number,
    use: (pair: number, parameter: number, epsilon: number) => void,
  ): void {
    const { seed, genes } = this.settings
    const stream = searchStreams(seed, 'perturbation')(generation)
    for (let pair = 0; pair < pairs; pair++) {
      for (const { from, end } of genes) for (let j = from; j < end; j++) use(pair, j, normal(stream))
    }
  }
}
