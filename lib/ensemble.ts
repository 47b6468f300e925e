/** Ensemble: networks of one shape that train together, each as it would alone. */

import type { Rows } from './data.js'
import { digestOfMembers, parsed, readMembers, type SavedEnsemble, savedEnsemble } from './ensemble-saved.js'
import { wrongSize, wrongType } from './errors.js'
import { withoutInitializers } from './initialize.js'
import { withJSON } from './json.js'
import { Network, type NetworkOptions, type PredictOptions } from './network.js'
import type { LayerOption } from './registry.js'
import { float64ArrayOf, optionsObject, seed } from './validate.js'

export interface EnsembleOptions extends Omit<NetworkOptions, 'seed'> {
  /** A member for each seed, which is the same as the network with that seed. */
  seeds: readonly number[]
}

/** What the members answer, and the mean of their answers; both [rows × outputs], row-major. */
export interface EnsemblePrediction {
  readonly mean: Float64Array
  readonly members: readonly Float64Array[]
}

const MOST_MEMBERS = 2 ** 20

/** Networks of one architecture. */
export class Ensemble {
  readonly inputs: number
  readonly outputs: number
  /** The members: networks whose parameters are parts of `parameters`. */
  readonly members: readonly Network[]
  /** The parameters of all members, one after the other: [members × parameters of one]. */
  readonly parameters: Float64Array

  /**
   * @throws TypeError for an argument of a wrong kind or an unknown option
   * @throws RangeError for a wrong size or value
   */
  constructor(options: EnsembleOptions) {
    const known = ['inputs', 'layers', 'initializer', 'parameters', 'seeds']
    const { seeds: givenSeeds, parameters, ...shape } = optionsObject(options, 'the ensemble options', known)
    const seeds = checkSeeds(givenSeeds)
    // The first one checks the architecture for all.
    const first = new Network({ ...(shape as unknown as NetworkOptions), seed: seeds[0] })
    const count = first.parameterCount
    this.inputs = first.inputs
    this.outputs = first.outputs
    if (parameters !== undefined && shape.initializer !== undefined) {
      throw wrongType('nothing', 'initializer', shape.initializer, 'It has no effect where parameters are given.')
    }
    this.parameters =
      parameters === undefined
        ? new Float64Array(seeds.length * count)
        : float64ArrayOf(parameters, 'parameters', seeds.length * count)
    const { initializer: _unused, layers, ...rest } = shape as unknown as NetworkOptions
    // Where all parameters are given, the members refuse initializers themselves.
    const architecture = { ...rest, layers: parameters === undefined ? withoutInitializers(layers) : layers }
    this.members = seeds.map((memberSeed, i) => {
      const part = this.parameters.subarray(i * count, (i + 1) * count)
      if (parameters === undefined) {
        part.set(
          (i === 0 ? first : new Network({ ...(shape as unknown as NetworkOptions), seed: memberSeed })).parameters,
        )
      }
      return new Network({ ...architecture, parameters: part })
    })
  }

  /** How many weights and biases a member has. */
  get parameterCount(): number {
    return this.members[0].parameterCount
  }

  /**
   * Each member's answers, and their mean: added in the order of the members, divided by their number.
   * @throws as `Network.predict`
   */
  predict(x: Rows, options: Omit<PredictOptions, 'output'> = {}): EnsemblePrediction {
    const given = optionsObject(options, 'the options of predict', ['backend'])
    const members = this.members.map((member, i) => member.predictAs(` of members[${i}]`, x, given))
    const mean = new Float64Array(members[0].length)
    for (const answers of members) for (let i = 0; i < mean.length; i++) mean[i] += answers[i]
    for (let i = 0; i < mean.length; i++) mean[i] /= members.length
    return withJSON({ mean, members })
  }

  /**
   * SHA-256, in hex, of the digests of the members in their order. As they do, it leaves out what matters to training alone.
   */
  digest(): string {
    return digestOfMembers(this.members.map((member) => member.digest()))
  }

  /** What `JSON.stringify` saves: each member as `Network.toJSON` does, exactly. */
  toJSON(): SavedEnsemble {
    return savedEnsemble(this.members)
  }

  /**
   * An ensemble from what `toJSON` gave, or from its JSON text.
   * @throws TypeError or RangeError where it is no saved ensemble, or a damaged one
   */
  static fromJSON(saved: SavedEnsemble | string): Ensemble {
    const networks = readMembers(parsed(saved), MOST_MEMBERS)
    const [{ parameterCount }] = networks
    const parameters = new Float64Array(networks.length * parameterCount)
    networks.forEach((network, i) => {
      parameters.set(network.parameters, i * parameterCount)
    })
    const { inputs, layers } = networks[0].architecture()
    // With parameters, the seeds only count the members.
    const seeds = networks.map(() => 0)
    return new Ensemble({ inputs, layers: layers as unknown as LayerOption[], parameters, seeds })
  }

  /** All parameters, after a check that their buffer is still there. @internal */
  attachedParameters(): Float64Array {
    return float64ArrayOf(this.parameters, 'ensemble.parameters', this.members.length * this.parameterCount)
  }
}

function checkSeeds(given: unknown): number[] {
  if (!Array.isArray(given)) throw wrongType('an array of seeds', 'seeds', given)
  if (given.length === 0) throw wrongSize('at least one seed', 'seeds', 'an empty array')
  if (given.length > MOST_MEMBERS) throw wrongSize(`at most ${MOST_MEMBERS} seeds`, 'seeds', `${given.length}`)
  return Array.from(given, (value: unknown, i) => seed(value, `seeds[${i}]`))
}
