/** The population of an evolution: what its fitness function gets. */
import type { Backend, Predictor } from '../../backend/backend.js'
import { lengthOf, overlap } from '../../checks/arrays.js'
import { requireCategories } from '../../checks/categories.js'
import { wrongSize, wrongType } from '../../checks/errors.js'
import { flatIndexed, type Rows, rowsIn } from '../../checks/rows.js'
import { checkedOptions } from '../../checks/validate.js'
import type { Random } from '../../kernels/random.js'
import type { Ensemble } from '../../network/ensemble.js'
import type { Network } from '../../network/network.js'
import { INPUTS_NAME } from '../../network/predict.js'
import { searchStreams } from '../space/random.js'

export interface PopulationPredictOptions {
  /** [members]: members with 0 or false are skipped, and their outputs have no meaning. Default: none is. */
  active?: ArrayLike<number | boolean>
}

const OPTIONS = ['active']
const NO_OPTIONS: PopulationPredictOptions = {}

/** One part of an array for each member, one after the other. */
const partsOf = (values: Float64Array, members: number): Float64Array[] => {
  const length = values.length / members
  return Array.from({ length: members }, (_, i) => values.subarray(i * length, (i + 1) * length))
}

/** The members of one generation after the other. */
export class Population {
  private readonly predictor: Predictor
  private readonly streams: (generation: number) => Random
  private parameters: readonly Float64Array[] = []
  // Of the last call, with a part for each member.
  private x: Float64Array = new Float64Array(0)
  private xParts: readonly Float64Array[] = []
  private output = new Float64Array(0)
  private outputParts: readonly Float64Array[] = []
  /** 1 for members that are predicted. */
  private readonly active: Uint8Array
  private now = 0
  private stream: Random

  /** @internal */
  constructor(
    private readonly ensemble: Ensemble,
    backend: Backend,
    seed: number,
  ) {
    this.active = new Uint8Array(ensemble.members.length)
    this.predictor = backend.predictor(ensemble.members[0].plan)
    this.streams = searchStreams(seed, 'fitness')
    this.stream = this.streams(0)
  }

  /** The members as networks, to read. Their parameters are those of this generation. */
  get members(): readonly Network[] {
    return this.ensemble.members
  }

  /** The number of this generation, from 0. */
  get generation(): number {
    return this.now
  }

  /**
   * The predictions of all members, each of its own rows.
   * @param x row-major [members × rows × inputs], or an array of members × rows rows, for any number of rows per member
   * @returns [members × rows × outputs], row-major. The next call with as many rows overwrites this
   *   array, unless that is its x
   * @throws TypeError or RangeError for samples of a wrong size, or with values that are not finite
   */
  predict(x: Rows, options: PopulationPredictOptions = NO_OPTIONS): Float64Array {
    const { active } = checkedOptions(options, 'the options of predict', OPTIONS)
    const { members, inputs, outputs } = this.ensemble
    // First, because it may run code of the caller, which could transfer buffers.
    this.readActive(active)
    const samples = flatIndexed(x, 'x', inputs, INPUTS_NAME)
    const rows = rowsIn(samples, 'x', inputs, INPUTS_NAME)
    if (rows % members.length !== 0) {
      throw wrongSize(`a multiple of ${members.length} rows, as many for each member,`, 'x', `${rows}`)
    }
    requireCategories(members[0].plan, samples, 'x')
    this.ensemble.attachedParameters()
    this.prepare(samples, rows * outputs)
    for (let i = 0; i < members.length; i++) {
      if (this.active[i] === 1) this.predictor(this.parameters[i], this.xParts[i], this.outputParts[i])
    }
    return this.output
  }

  /**
   * The next random number of this generation, uniform in [0, 1): from the seed of the evolution, the same in one that was
   * interrupted.
   */
  random(): number {
    return this.stream.uniform()
  }

  private readActive(given: unknown): void {
    const { length: members } = this.active
    if (given === undefined) {
      this.active.fill(1)
      return
    }
    const isList = Array.isArray(given) || (ArrayBuffer.isView(given) && !(given instanceof DataView))
    if (!isList) throw wrongType('an array with a value for each member', 'active', given)
    const list = given as ArrayLike<unknown>
    if (list.length !== members) throw wrongSize(`${members} values, one for each member,`, 'active', `${list.length}`)
    for (let i = 0; i < members; i++) this.active[i] = list[i] === 0 || list[i] === false ? 0 : 1
  }

  /** The parts of x and of the output; those of the last call where they are the same arrays. */
  private prepare(x: Float64Array, outputs: number): void {
    const isKnown = x === this.x
    // The caller may have transferred the buffer of the output, or pass it as x.
    if (lengthOf(this.output) !== outputs || (!isKnown && overlap(x, this.output))) {
      this.output = new Float64Array(outputs)
      this.outputParts = partsOf(this.output, this.active.length)
    }
    if (isKnown) return
    this.x = x
    this.xParts = partsOf(x, this.active.length)
  }

  /** Begins a generation, whose parameters the ensemble has. @internal */
  begin(generation: number): void {
    this.now = generation
    this.stream = this.streams(generation)
    this.parameters = partsOf(this.ensemble.attachedParameters(), this.members.length)
  }
}
