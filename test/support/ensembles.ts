/** One training of an ensemble in plain values, and the results of each member trained alone. */
import assert from 'node:assert/strict'
import fc, { type Arbitrary } from 'fast-check'
import {
  DivergenceError,
  Ensemble,
  type EnsembleOptimizerOption,
  type History,
  Network,
  type OptimizerOption,
  Trainer,
} from 'lockstep-nn'
import { COMMON_OPTIONS } from '#lib/kernels/optimizers.js'
import { withoutInitializers } from '#lib/network/initialize.js'
import { cases, seeds, smallCases } from './arbitraries.js'
import { sameBits } from './bits.js'
import { asRows, type Case, type Data, normalizable, parameterCountOf, targetColumnsOf, weightsOf } from './case.js'
import type { Method } from './run.js'
import { optimizerTable } from './tables.js'
import { fillReal, newArray, uniform } from './values.js'

export interface EnsembleCase {
  /** What the members have in common. */
  readonly common: Case
  /** For the members' initial weights. */
  readonly seeds: readonly number[]
  /** For their shuffles. */
  readonly fitSeed: number | readonly number[]
  /** The optimizer, some of its options as arrays. */
  readonly optimizer: EnsembleOptimizerOption
}

/** The results of a training for one member. */
export interface MemberOutcome {
  readonly parameters: Float64Array
  readonly state: Float64Array
  readonly result: History | DivergenceError
}

const MOST_MEMBERS = 40
const MOST_SIZE = 40

/** The largest work of a case, so that a few large ones do not take all the time. */
const MOST_WORK = 5_000_000

/** A value for each member: of any size for an option without an upper end, a few of them so large that it diverges. */
function valuesFor(count: number, hasEnd: boolean, next: () => number): number[] {
  const huge = next() < 0.3
  return Array.from({ length: count }, () => {
    if (hasEnd) return 1 - next()
    return huge && next() < 0.2 ? 10 ** (200 * next()) : 10 ** (4 * next() - 4)
  }).map((value) => (hasEnd ? Math.min(value, 0.999) : value))
}

/** Gives some options of an optimizer a value for each member: 0 for all of them or for none. */
function spread(option: OptimizerOption, count: number, seed: number): EnsembleOptimizerOption {
  const next = uniform(seed)
  const given = typeof option === 'string' ? { name: option } : option
  const own: Record<string, number[]> = {}
  const needsMomentum = 'nesterov' in given && given.nesterov === true
  for (const [name, declared] of Object.entries(optimizerTable[given.name].options)) {
    if (declared.kind !== 'real' || next() < 0.4 || (COMMON_OPTIONS.includes(name) && !(name in given))) continue
    const zeros = !declared.above && !needsMomentum && next() < 0.2
    own[name] = zeros ? new Array<number>(count).fill(0) : valuesFor(count, declared.below < Infinity, next)
  }
  return Object.keys(own).length === 0 ? option : ({ ...given, ...own } as EnsembleOptimizerOption)
}

/** The optimizer of one member. */
export function optimizerOf(option: EnsembleOptimizerOption, member: number): OptimizerOption {
  if (typeof option === 'string') return option
  const own = Object.entries(option).map(([name, value]) => [name, Array.isArray(value) ? value[member] : value])
  return Object.fromEntries(own) as OptimizerOption
}

const membersFor = (common: Case, wanted: number): number => {
  const each = parameterCountOf(common) * common.rows * common.fit.epochs
  return Math.max(1, Math.min(wanted, Math.floor(MOST_WORK / each)))
}

export const ensembleCases: Arbitrary<EnsembleCase> = fc
  .record({
    drawn: fc.oneof({ weight: 2, arbitrary: cases }, { weight: 1, arbitrary: smallCases }),
    wanted: fc.integer({ min: 1, max: MOST_MEMBERS }),
    first: seeds,
    differ: fc.nat(),
    ownShuffles: fc.boolean(),
  })
  .map(({ drawn, wanted, first, differ, ownShuffles }) => {
    const within = (size: number): number => 1 + ((size - 1) % MOST_SIZE)
    const fit = { ...drawn.fit, batchSize: within(drawn.fit.batchSize), epochs: 1 + ((drawn.fit.epochs - 1) % 4) }
    const common = normalizable({ ...drawn, rows: within(drawn.rows), fit })
    const count = membersFor(common, wanted)
    const seedOf = (member: number, from: number): number => (from + member * 0x1234567) % Number.MAX_SAFE_INTEGER
    const own = Array.from({ length: count }, (_, i) => seedOf(i, fit.seed))
    return {
      common,
      seeds: Array.from({ length: count }, (_, i) => seedOf(i, first)),
      fitSeed: ownShuffles ? own : fit.seed,
      optimizer: spread(drawn.optimizer, count, differ),
    }
  })

/** The ensemble of a case, with parameters of its own. */
export function ensembleOf({ common, seeds: own }: EnsembleCase): Ensemble {
  const { inputs, layers, start } = common
  if (!('values' in start)) return new Ensemble({ inputs, layers, initializer: start.initializer, seeds: own })
  const parameters = newArray(own.length * parameterCountOf(common), start.shared)
  fillReal(parameters, start.values)
  return new Ensemble({ inputs, layers: withoutInitializers(layers), parameters, seeds: own })
}

/** Member i as a separate network. */
function networkOf(drawn: EnsembleCase, member: number): Network {
  const { inputs, layers, start } = drawn.common
  if (!('values' in start)) {
    return new Network({ inputs, layers, initializer: start.initializer, seed: drawn.seeds[member] })
  }
  const count = parameterCountOf(drawn.common)
  const parameters = ensembleOf(drawn).parameters.slice(member * count, (member + 1) * count)
  return new Network({ inputs, layers: withoutInitializers(layers), parameters })
}

function weightsFor(drawn: Case): { sampleWeight?: Float64Array } {
  const sampleWeight = weightsOf(drawn)
  return sampleWeight.length === 0 ? {} : { sampleWeight }
}

/** Each member trained alone on the TypeScript backend. */
export function aloneOutcomes(drawn: EnsembleCase, { x, y }: Data): MemberOutcome[] {
  const { loss, fit } = drawn.common
  return drawn.seeds.map((_, i) => {
    const network = networkOf(drawn, i)
    const optimizer = optimizerOf(drawn.optimizer, i)
    const trainer = new Trainer(network, { loss, optimizer, backend: 'typescript' })
    const seed = typeof drawn.fitSeed === 'number' ? drawn.fitSeed : drawn.fitSeed[i]
    let result: History | DivergenceError
    try {
      result = trainer.fitSync(x, y, { ...fit, seed, ...weightsFor(drawn.common) })
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error
      result = error
    }
    return { parameters: network.parameters, state: trainer.optimizerState, result }
  })
}

/** The members trained together on a backend. */
export async function togetherOutcomes(
  drawn: EnsembleCase,
  data: Data,
  path: string,
  method: Method,
): Promise<MemberOutcome[]> {
  const { common, optimizer, fitSeed: seed } = drawn
  const { loss, form, inputs, fit, threads } = common
  const ensemble = ensembleOf(drawn)
  const trainer = new Trainer(ensemble, { loss, optimizer, threads, backend: path })
  const x = form === 'rows' ? asRows(data.x, inputs) : data.x
  const y = form === 'rows' ? asRows(data.y, targetColumnsOf(common)) : data.y
  const history = await trainer[method](x, y, { ...fit, seed, ...weightsFor(common) })
  assert.equal(history.backend, path)
  assert.equal(history.members.length, drawn.seeds.length)
  const each = trainer.optimizerState.length / drawn.seeds.length
  return history.members.map((result, i) => ({
    parameters: ensemble.members[i].parameters,
    state: trainer.optimizerState.subarray(i * each, (i + 1) * each),
    result,
  }))
}

/** Fails where a member did not end as it does alone. */
export function sameMembers(actual: readonly MemberOutcome[], expected: readonly MemberOutcome[], path: string): void {
  for (const [i, { parameters, state, result }] of actual.entries()) {
    const where = `${path}: member ${i} of ${actual.length}`
    const alone = expected[i]
    sameBits(result.loss, alone.result.loss, `${where}: loss`)
    if (result instanceof DivergenceError || alone.result instanceof DivergenceError) {
      assert.deepEqual(result, alone.result, where)
    } else {
      assert.equal(result.epochs, alone.result.epochs, where)
      assert.equal(result.backend, path.split(',')[0])
    }
    sameBits(parameters, alone.parameters, `${where}: parameters`)
    sameBits(state, alone.state, `${where}: optimizerState`)
  }
}
