/** Calls into the addon with arguments that fit, to be made wrong one at a time. */
import type { Addon, SessionHandle } from '#lib/backend/addon.js'
import { encodePlan, encodeWatch } from '#lib/backend/encode.js'
import { metrics } from '#lib/kernels/metrics/metrics.js'
import type { Case } from './case.js'
import type { EnsembleJob } from './ensemble-job.js'
import { errorOf } from './error-of.js'
import { type Job, jobOf } from './job.js'
import { EVERYTHING, sessionLengths, startValues } from './session-arrays.js'

/** A small training with a state of the optimizer, a shuffle and a smaller last batch. */
export const SMALL: Case = {
  inputs: 2,
  layers: [{ units: 3, activation: 'leakyRelu', alpha: 0.25 }, { units: 2 }],
  start: { seed: 1 },
  loss: 'meanSquaredError',
  optimizer: { name: 'sgd', learningRate: 0.25, momentum: 0.5, nesterov: true },
  rows: 9,
  x: { style: 'sensible', seed: 1, odd: [] },
  y: { style: 'sensible', seed: 2, odd: [] },
  form: 'flat',
  threads: 1,
  fit: { epochs: 3, batchSize: 4, shuffle: true, seed: 2 ** 32 + 5 },
}

/** The same with a layer for the tiled products. */
export const WIDE: Case = { ...SMALL, layers: [{ units: 17, activation: 'leakyRelu', alpha: 0.25 }, { units: 2 }] }

/** The same with a layer of each other kind. */
export const SPECIAL: Case = {
  ...SMALL,
  layers: [
    { type: 'batchNormalization' },
    { units: 3, activation: 'tanh' },
    { type: 'dropout', rate: 0.25 },
    { type: 'layerNormalization', activation: 'relu' },
    { units: 2 },
  ],
}

export const ENTRY_POINTS = [
  'predictor',
  'gradients',
  'stepEndWorkspace',
  'evaluationWorkspace',
  'usableThreads',
  'usefulThreads',
  'sessionWorkspace',
  'predict',
  'predictAsync',
  'differentiate',
  'applyGradients',
  'evaluate',
  'metricWorkspace',
  'metric',
  'train',
  'trainAsync',
] as const

/**
 * One of the addon's functions. `predict` is a call of what `predictor` gives, `differentiate` of what `gradients` gives;
 * `train` opens a session, runs it to its end and closes it, `trainAsync` runs it asynchronously.
 */
export type EntryPoint = (typeof ENTRY_POINTS)[number]

/** An argument's name and value. */
export type Argument = readonly [name: string, value: unknown]

/** Where the argument of this name stands, or -1. */
export const placeOf = (given: readonly Argument[], name: string): number => given.findIndex(([one]) => one === name)

/** The code of `precision`: a metric with options and a workspace. */
const CODE = Object.keys(metrics).indexOf('precision')

// One member, with the seed and the options of the plan.
const NETWORK = { count: 1, members: new Float64Array(0) }

/** The arguments of one entry point, freshly made, for the kernel set with this index. */
export function argumentsOf(
  addon: Addon,
  entry: EntryPoint,
  set: number,
  job: Job | EnsembleJob = jobOf(SMALL),
  threads = 1,
): Argument[] {
  const { x, y, parameters } = job
  const { count, members } = 'members' in job ? job : NETWORK
  const plan = encodePlan(addon, job.plan)
  const first: Argument[] = [
    ['set', set],
    ['the plan', plan],
  ]
  const sampleWeight: Argument = ['sampleWeight', new Float64Array(job.plan.rows).fill(1)]
  const workspace = (length: (set: number, plan: Float64Array) => number): Argument => [
    'workspace',
    new Float64Array(length(set, plan)),
  ]
  switch (entry) {
    case 'predict': {
      const output = new Float64Array(job.plan.rows * job.plan.outputs)
      return [...first, ['parameters', parameters], ['x', x], ['output', output]]
    }
    case 'predictAsync': {
      const output = new Float64Array(count * job.plan.rows * job.plan.outputs)
      const arrays: Argument[] = [
        ['parameters', parameters],
        ['x', x],
        ['output', output],
      ]
      return [...first, ['members', count], ['threads', threads], ...arrays, ['cancelled', new Int32Array(1)]]
    }
    case 'evaluate':
      return [
        ...first,
        ['parameters', parameters],
        ['x', x],
        ['y', y],
        sampleWeight,
        ['output', new Float64Array(job.plan.rows * job.plan.outputs)],
        workspace(addon.evaluationWorkspace),
      ]
    case 'metricWorkspace':
      return [
        ['set', set],
        ['code', CODE],
        ['rows', job.plan.rows],
        ['outputs', job.plan.outputs],
      ]
    case 'metric': {
      const { rows, outputs } = job.plan
      return [
        ['set', set],
        ['code', CODE],
        ['options', Float64Array.of(Number.NaN, 0)],
        ['signs', 0],
        ['rows', rows],
        ['outputs', outputs],
        ['targets', y],
        ['predictions', new Float64Array(rows * outputs)],
        ['workspace', new Float64Array(addon.metricWorkspace(set, CODE, rows, outputs))],
      ]
    }
    case 'differentiate': {
      const dOutput = new Float64Array(job.plan.rows * job.plan.outputs).fill(0.5)
      const results: Argument[] = [
        ['dParameters', new Float64Array(parameters.length)],
        ['dInputs', new Float64Array(x.length)],
      ]
      return [...first, ['parameters', parameters], ['x', x], ['dOutput', dOutput], ...results]
    }
    case 'applyGradients': {
      // With the last option, a clip of norms, which needs a workspace.
      const optimizerOptions = job.plan.optimizerOptions.with(-1, 0.5)
      const clipped = encodePlan(addon, { ...job.plan, optimizerOptions })
      const gradients = new Float64Array(parameters.length).fill(0.25)
      const workspace: Argument = ['workspace', new Float64Array(addon.stepEndWorkspace(set, clipped))]
      const arrays: Argument[] = [['parameters', parameters], ['gradients', gradients], ['state', job.state], workspace]
      return [['set', set], ['the plan', clipped], ...arrays]
    }
    case 'predictor':
    case 'gradients':
      return [...first, ['slot', 0]]
    case 'usableThreads':
    case 'usefulThreads':
      return [...first, ['members', count], ['threads', threads]]
    case 'sessionWorkspace':
      return [...first, ['members', count], ['threads', threads], ['watch', encodeWatch(addon, EVERYTHING)]]
    case 'train':
    case 'trainAsync': {
      const watch = encodeWatch(addon, EVERYTHING)
      const length = addon.sessionWorkspace(set, plan, count, threads, watch)
      const lengths = sessionLengths(job, count, EVERYTHING, length, job.plan.epochs)
      const values: Partial<Record<string, Float64Array>> = {
        ...startValues(lengths, job),
        sampleWeight: new Float64Array(lengths.sampleWeight).fill(1),
        validationWeight: new Float64Array(lengths.validationWeight).fill(1),
        rateFactors: new Float64Array(lengths.rateFactors).fill(1),
      }
      const arrays = addon.sessionArrays.map(
        (name): Argument => [name, values[name] ?? new Float64Array(lengths[name])],
      )
      return [...first, ['members', members], ['threads', threads], ['watch', watch], ...arrays]
    }
    default:
      return first
  }
}

/** Opens a session with any arguments, those of `train`. */
export const openWith = (addon: Addon, given: readonly unknown[]): SessionHandle =>
  (addon.openSession as (...all: unknown[]) => SessionHandle)(...given.slice(0, SHAPE), given.slice(SHAPE))

// The arguments before the arrays.
const SHAPE = 5

/** The export of the addon: for the function of a slot, the one that gives it; for a training, the one that opens it. */
export function exportOf(entry: EntryPoint): keyof Addon {
  if (entry === 'predict') return 'predictor'
  if (entry === 'differentiate') return 'gradients'
  return entry === 'train' || entry === 'trainAsync' ? 'openSession' : entry
}

/** Calls an entry point with any arguments. */
export function call(addon: Addon, entry: EntryPoint, given: readonly unknown[]): unknown {
  const named = addon[exportOf(entry)] as (...all: unknown[]) => unknown
  if (exportOf(entry) === entry) return named(...given)
  if (entry === 'predict' || entry === 'differentiate') {
    return (named(...given.slice(0, 2), 0) as (...all: unknown[]) => unknown)(...given.slice(2))
  }
  const session = openWith(addon, given)
  const epochs = (given[1] as Float64Array)[addon.planFields.indexOf('epochs')]
  if (entry === 'trainAsync') {
    return addon.runSessionAsync(session, 0, epochs, Infinity).finally(() => addon.closeSession(session))
  }
  try {
    return addon.runSession(session, 0, epochs, Infinity)
  } finally {
    addon.closeSession(session)
  }
}

/** What an entry point throws, or is rejected with; null where it succeeds. */
export const callError = (addon: Addon, entry: EntryPoint, given: readonly unknown[]): Promise<unknown> =>
  errorOf(() => call(addon, entry, given))

/** Values of a kind that no argument is of, or that cannot be worked on. */
export function wrongKinds(): Argument[] {
  const throwing = {
    get length(): number {
      throw new Error('read the length')
    },
    get buffer(): ArrayBuffer {
      throw new Error('read the buffer')
    },
    valueOf(): number {
      throw new Error('made a number')
    },
  }
  return [
    ['undefined', undefined],
    ['null', null],
    ['a text', '0'],
    ['true', true],
    ['a bigint', 0n],
    ['a symbol', Symbol('plan')],
    ['a function', () => 0],
    ['an object', {}],
    ['an array of numbers', [0, 1, 2]],
    ['an ArrayBuffer', new ArrayBuffer(64)],
    ['a DataView', new DataView(new ArrayBuffer(64))],
    ['a BigInt64Array', new BigInt64Array(8)],
    ['an object whose getters throw', throwing],
    ['a proxy of a Float64Array', new Proxy(new Float64Array(8), {})],
    ['an object with the prototype of a Float64Array', Object.create(Float64Array.prototype)],
    ['a promise', Promise.resolve(new Float64Array(8))],
  ]
}

/** The same without their names, but for what fast-check could not print. */
export const printableWrongKinds = (): unknown[] =>
  wrongKinds()
    .filter(([name]) => name !== 'an object whose getters throw')
    .map(([, value]) => value)
