/** WeightedEnsemble: trained networks, of any architectures, whose predictions are averaged by weight. */
import { runSliced } from '../backend/slices.js'
import { abortable } from '../checks/abort.js'
import { brand, versionRemedy } from '../checks/brand.js'
import { requireCategories } from '../checks/categories.js'
import { wrongSize, wrongType, wrongValue } from '../checks/errors.js'
import { INSPECT, summary } from '../checks/inspect.js'
import { withJSON } from '../checks/json.js'
import { closeTo, fixProperties, remedyFor } from '../checks/read-only.js'
import { matrix, type Rows, snapshot } from '../checks/rows.js'
import { elements, optionsObject } from '../checks/validate.js'
import { ENSEMBLE_PREDICT_OPTIONS, type EnsemblePrediction } from './ensemble.js'
import { digestOfMembers, readWeighted, type SavedWeightedEnsemble, savedWeighted } from './ensemble-saved.js'
import { addOutputs, divideOutputs, meanOutputs, totalOf } from './mean.js'
import { Network } from './network.js'
import {
  asyncSettings,
  INPUTS_NAME,
  type PredictAsyncOptions,
  type PredictOptions,
  predictMembers,
  requireFiniteOutput,
} from './predict.js'

export interface WeightedEnsembleOptions {
  /** At least one, with the same inputs, outputs and activation of the last layer. They are used as they are. */
  members: readonly Network[]
  /** A finite number above 0 for each member. Default: 1 for each. */
  weights?: readonly number[]
}

const FIXED = remedyFor(['members', 'weights'], 'Make a new WeightedEnsemble.')

/** Networks whose mean prediction is used, such as the best trials of a search. It is not trained further. */
export class WeightedEnsemble {
  readonly members: readonly Network[]
  readonly weights: readonly number[]

  /** @throws TypeError or RangeError for members that do not predict the same, and for wrong weights */
  constructor(options: WeightedEnsembleOptions) {
    const given = optionsObject(options, 'the options of WeightedEnsemble', ['members', 'weights'])
    this.members = Object.freeze(membersIn(given.members))
    this.weights = Object.freeze(weightsIn(given.weights, this.members.length))
    fixProperties(this, 'a WeightedEnsemble', FIXED)
    closeTo(this, new.target, WeightedEnsemble)
  }

  get inputs(): number {
    return this.members[0].inputs
  }

  get outputs(): number {
    return this.members[0].outputs
  }

  /** The number of parameters of all members. */
  get parameterCount(): number {
    return this.members.reduce((sum, { parameterCount }) => sum + parameterCount, 0)
  }

  /**
   * Each member's predictions, and their weighted mean: weight times prediction, summed in the order of the members, divided
   * by the sum of the weights. All are [rows × outputs], row-major.
   * @throws as `Network.predict`
   */
  predict(x: Rows, options: Omit<PredictOptions, 'output'> = {}): EnsemblePrediction {
    const given = optionsObject(options, 'the options of predict', ['backend'])
    // The rows are read once, for all members.
    const samples = matrix(x, 'x', this.inputs, INPUTS_NAME).values
    const members = this.members.map((member, i) => member.predictAs(` of members[${i}]`, samples, given))
    return withJSON({ mean: meanOutputs(members, this.weights), members })
  }

  /**
   * The same off the main thread, as `Network.predictAsync`.
   * @throws (the promise is rejected) as `Network.predictAsync`
   */
  async predictAsync(x: Rows, options: Omit<PredictAsyncOptions, 'output'> = {}): Promise<EnsemblePrediction> {
    const settings = asyncSettings(options, ENSEMBLE_PREDICT_OPTIONS)
    const samples = matrix(x, 'x', this.inputs, INPUTS_NAME)
    for (const { plan } of this.members) requireCategories(plan, samples.values, 'x')
    // One copy for all members.
    const own = { ...samples, values: snapshot(samples), isPrivateCopy: true }
    const all = this.members.map((member) => [member.plan, member.readableParameters()] as const)
    const predictions = await abortable(settings.signal, (cancelled) =>
      Promise.all(all.map(([plan, live]) => predictMembers(settings, plan, live, own, cancelled))),
    )
    return await combined(
      predictions.map(({ output, parameters }, i) => {
        requireFiniteOutput(all[i][0], output, parameters, ` of members[${i}]`)
        return output
      }),
      this.weights,
    )
  }

  /** SHA-256, in hex, of the members' digests in order, and of the weights. */
  digest(): string {
    const digests = this.members.map((member) => member.digest())
    return digestOfMembers(digests, this.weights)
  }

  /** What `JSON.stringify` saves: the weights, and each member as in `Network.toJSON`, exactly. */
  toJSON(): SavedWeightedEnsemble {
    return savedWeighted(this.members, this.weights)
  }

  /**
   * A weighted ensemble from the result of `toJSON`, or from its JSON text.
   * @throws TypeError or RangeError for anything but a saved weighted ensemble, or a damaged one
   */
  static fromJSON(saved: SavedWeightedEnsemble | string): WeightedEnsemble {
    return new WeightedEnsemble(readWeighted(saved))
  }

  /** What `console.log` shows. @internal */
  [INSPECT](): string {
    const { inputs, outputs, parameterCount, members, weights } = this
    const first = `WeightedEnsemble: ${members.length} members of ${inputs} → ${outputs}, ${parameterCount} parameters`
    return summary(first, [`weights: ${weights.join(', ')}`])
  }
}

brand(WeightedEnsemble, 'WeightedEnsemble')

/** The mean of predictions as of `meanOutputs`, in slices: a member is a unit of work. */
async function combined(members: readonly Float64Array[], weights: readonly number[]): Promise<EnsemblePrediction> {
  const sum = new Float64Array(members[0].length)
  let next = 0
  await runSliced((units) => {
    for (const end = Math.min(next + units, members.length); next < end; next++) {
      addOutputs(sum, members[next], weights[next])
    }
    return next === members.length
  })
  return withJSON({ mean: divideOutputs(sum, totalOf(weights)), members })
}

/** What members must have in common: inputs, outputs, and the activation of the last layer. */
function formOf({ inputs, outputs, layers }: Network): string {
  const { activation } = layers[layers.length - 1]
  return `${inputs} → ${outputs} with ${activation}`
}

function membersIn(given: unknown): Network[] {
  if (!Array.isArray(given)) throw wrongType('an array of networks', 'members', given)
  const members = elements(given)
  if (members.length === 0) throw wrongSize('at least one network', 'members', 'an empty array')
  return members.map((member, i) => {
    const name = `members[${i}]`
    if (!(member instanceof Network)) throw wrongType('a Network', name, member, versionRemedy(member, 'Network'))
    const [expected, form] = [formOf(members[0] as Network), formOf(member)]
    if (form !== expected) throw wrongSize(`a network ${expected}, as members[0] is,`, name, `one ${form}`)
    return member
  })
}

function weightsIn(given: unknown, count: number): number[] {
  if (given === undefined) return Array.from({ length: count }, () => 1)
  if (!Array.isArray(given)) throw wrongType('an array of numbers', 'weights', given)
  const weights = elements(given)
  if (weights.length !== count)
    throw wrongSize(`${count} weights, one for each member,`, 'weights', `${weights.length}`)
  const numbers = weights.map((weight, i) => {
    const name = `weights[${i}]`
    if (typeof weight !== 'number') throw wrongType('a number', name, weight)
    if (!(weight > 0 && weight < Infinity)) throw wrongValue('a finite number above 0', name, weight)
    return weight
  })
  if (totalOf(numbers) === Infinity) throw wrongValue('weights with a finite sum', 'weights', Infinity)
  return numbers
}
