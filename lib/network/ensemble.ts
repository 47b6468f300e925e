/** Ensemble: networks of one architecture that train together, each with the bits of a training alone. */

import { runSliced } from '../backend/slices.js'
import { abortable } from '../checks/abort.js'
import { brand } from '../checks/brand.js'
import { requireCategories } from '../checks/categories.js'
import { wrongSize, wrongType } from '../checks/errors.js'
import { INSPECT, summary } from '../checks/inspect.js'
import { withJSON } from '../checks/json.js'
import { declareOptions } from '../checks/places.js'
import { closeTo, refuseAssignments, remedyFor } from '../checks/read-only.js'
import { initializerRegistry, type LayerOption } from '../checks/registry.js'
import { matrix, type Rows } from '../checks/rows.js'
import { elements, float64ArrayOf, optionsObject, seed } from '../checks/validate.js'
import type { NetworkPlan } from '../kernels/plan.js'
import { digestOfMembers, readMembers, type SavedEnsemble, savedEnsemble } from './ensemble-saved.js'
import { withoutInitializers } from './initialize.js'
import { layerLines } from './layer-info.js'
import { readLayers } from './layers.js'
import { addOutputs, divideOutputs, meanOutputs } from './mean.js'
import { Network } from './network.js'
import {
  asyncSettings,
  INPUTS_NAME,
  type MemberPredictions,
  PREDICT_ASYNC_OPTIONS,
  type PredictAsyncOptions,
  type PredictOptions,
  predictMembers,
  requireFiniteOutput,
} from './predict.js'
import { memberParameters, type NetworkOptions } from './shape.js'

export interface EnsembleOptions extends Omit<NetworkOptions, 'seed'> {
  /** One member per seed, with the parameters of the network with that seed. */
  seeds: readonly number[]
}

/** The members' predictions, and their mean; all [rows × outputs], row-major. */
export interface EnsemblePrediction {
  readonly mean: Float64Array
  readonly members: readonly Float64Array[]
}

const MAX_MEMBERS = 2 ** 20
export const ENSEMBLE_PREDICT_OPTIONS = PREDICT_ASYNC_OPTIONS.filter((name) => name !== 'output')
const ENSEMBLE_OPTIONS = declareOptions('ensemble', ['inputs', 'layers', 'initializer', 'parameters', 'seeds'])

/** Networks of one architecture. */
export class Ensemble {
  private readonly networks: readonly Network[]
  private readonly values: Float64Array

  /**
   * @throws TypeError for an argument of a wrong type or an unknown option
   * @throws RangeError for a wrong size or value
   */
  constructor(options: EnsembleOptions) {
    const { seeds: givenSeeds, parameters, ...shape } = optionsObject(options, 'the ensemble options', ENSEMBLE_OPTIONS)
    const seeds = checkSeeds(givenSeeds)
    // All members are made from them, so they are read once.
    if (shape.layers !== undefined) shape.layers = readLayers(shape.layers)
    if (shape.initializer !== undefined) shape.initializer = initializerRegistry.read(shape.initializer, 'initializer')
    // The first member checks the architecture for all.
    const first = new Network({ ...(shape as unknown as NetworkOptions), seed: seeds[0] })
    const count = first.parameterCount
    if (parameters !== undefined && shape.initializer !== undefined) {
      throw wrongType('nothing', 'initializer', shape.initializer, 'It has no effect where parameters are given.')
    }
    this.values =
      parameters === undefined
        ? memberParameters(shape, seeds)
        : float64ArrayOf(parameters, 'parameters', seeds.length * count)
    const { initializer: _unused, layers, ...rest } = shape as unknown as NetworkOptions
    // Members whose parameters are given refuse initializers themselves.
    const architecture = { ...rest, layers: parameters === undefined ? withoutInitializers(layers) : layers }
    const networks = seeds.map((_, i) => {
      const part = this.values.subarray(i * count, (i + 1) * count)
      return new Network({ ...architecture, parameters: part })
    })
    this.networks = Object.freeze(networks)
    closeTo(this, new.target, Ensemble)
  }

  get inputs(): number {
    return this.networks[0].inputs
  }

  get outputs(): number {
    return this.networks[0].outputs
  }

  /** The members: networks whose parameters are parts of `parameters`. */
  get members(): readonly Network[] {
    return this.networks
  }

  /** The parameters of all members, member after member: [members × parameters of one]. */
  get parameters(): Float64Array {
    return this.values
  }

  /** The number of parameters of a member. */
  get parameterCount(): number {
    return this.members[0].parameterCount
  }

  /**
   * Each member's predictions, and their mean: summed in the order of the members, then divided by their number.
   * @throws as `Network.predict`
   */
  predict(x: Rows, options: Omit<PredictOptions, 'output'> = {}): EnsemblePrediction {
    const given = optionsObject(options, 'the options of predict', ['backend'])
    // The rows are read once, for all members.
    const samples = matrix(x, 'x', this.inputs, INPUTS_NAME).values
    const members = this.members.map((member, i) => member.predictAs(` of members[${i}]`, samples, given))
    return withJSON({ mean: meanOutputs(members, onesFor(members)), members })
  }

  /**
   * The same off the main thread, as `Network.predictAsync`.
   * @throws (the promise is rejected) as `Network.predictAsync`
   */
  async predictAsync(x: Rows, options: Omit<PredictAsyncOptions, 'output'> = {}): Promise<EnsemblePrediction> {
    const settings = asyncSettings(options, ENSEMBLE_PREDICT_OPTIONS)
    const samples = matrix(x, 'x', this.inputs, INPUTS_NAME)
    const { plan } = this.members[0]
    requireCategories(plan, samples.values, 'x')
    const live = this.attachedParameters()
    return abortable(settings.signal, async (cancelled) => {
      const all = await predictMembers(settings, plan, live, samples, cancelled)
      return combined(plan, all, samples.rows, cancelled)
    })
  }

  /** SHA-256, in hex, of the members' digests in order. Like them, it excludes what only training uses. */
  digest(): string {
    return digestOfMembers(this.members.map((member) => member.digest()))
  }

  /** What `JSON.stringify` saves: each member as in `Network.toJSON`, exactly. */
  toJSON(): SavedEnsemble {
    return savedEnsemble(this.members)
  }

  /**
   * An ensemble from the result of `toJSON`, or from its JSON text.
   * @throws TypeError or RangeError for anything but a saved ensemble, or a damaged one
   */
  static fromJSON(saved: SavedEnsemble | string): Ensemble {
    const networks = readMembers(saved)
    const [{ parameterCount }] = networks
    const parameters = new Float64Array(networks.length * parameterCount)
    networks.forEach((network, i) => {
      parameters.set(network.parameters, i * parameterCount)
    })
    const { inputs, layers } = networks[0].architecture()
    // With parameters given, the seeds only define the number of members.
    const seeds = networks.map(() => 0)
    return new Ensemble({ inputs, layers: layers as unknown as LayerOption[], parameters, seeds })
  }

  /** All parameters, after a check that their buffer is still attached. @internal */
  attachedParameters(): Float64Array {
    return float64ArrayOf(this.values, 'ensemble.parameters', this.members.length * this.parameterCount)
  }

  /** What `console.log` shows. @internal */
  [INSPECT](): string {
    const { inputs, outputs, parameterCount, members } = this
    const first = `Ensemble: ${members.length} members of ${inputs} → ${outputs}, ${parameterCount} parameters each`
    return summary(first, layerLines(members[0].plan))
  }
}

brand(Ensemble, 'Ensemble')

refuseAssignments(Ensemble.prototype, 'an Ensemble', {
  ...remedyFor(['inputs', 'outputs', 'members', 'parameterCount'], 'Make a new Ensemble.'),
  parameters: 'Write to it: ensemble.parameters.set(values).',
})

/** The weights of the plain mean. */
const onesFor = (members: readonly unknown[]): number[] => members.map(() => 1)

/** The predictions of all members, each in an array of its own, and their mean. A member is a unit of work. */
async function combined(
  plan: NetworkPlan,
  { output, parameters }: MemberPredictions,
  rows: number,
  cancelled: Int32Array,
): Promise<EnsemblePrediction> {
  const { outputs, parameterCount } = plan
  const count = parameters.length / parameterCount
  const sum = new Float64Array(rows * outputs)
  const members: Float64Array[] = []
  await runSliced((units) => {
    for (const end = Math.min(members.length + units, count); members.length < end && cancelled[0] === 0; ) {
      const i = members.length
      const predictions = output.slice(i * sum.length, (i + 1) * sum.length)
      const own = parameters.subarray(i * parameterCount, (i + 1) * parameterCount)
      requireFiniteOutput(plan, predictions, own, ` of members[${i}]`)
      addOutputs(sum, predictions, 1)
      members.push(predictions)
    }
    return members.length === count || cancelled[0] !== 0
  })
  return withJSON({ mean: divideOutputs(sum, members.length), members })
}

function checkSeeds(given: unknown): number[] {
  if (!Array.isArray(given)) throw wrongType('an array of seeds', 'seeds', given)
  const values = elements(given)
  if (values.length === 0) throw wrongSize('at least one seed', 'seeds', 'an empty array')
  if (values.length > MAX_MEMBERS) throw wrongSize(`at most ${MAX_MEMBERS} seeds`, 'seeds', `${values.length}`)
  return values.map((value, i) => seed(value, `seeds[${i}]`))
}
