/** Trainings by PyTorch, as test/fixtures/pytorch/generate.py computed them, and comparisons with this library's. */
import { readdirSync, readFileSync } from 'node:fs'
import { type FitOptions, Network, type NetworkOptions, Trainer, type TrainerOptions } from 'lockstep-nn'

/** The results of a training. */
export interface Result {
  /** The loss of each epoch. */
  readonly loss: ArrayLike<number>
  /** The loss of `evaluate` afterwards. */
  readonly evaluated: number
  readonly parameters: ArrayLike<number>
}

/** A training in the options of this library, as a user would pass them. */
export interface Training {
  readonly name: string
  readonly network: NetworkOptions
  readonly trainer: TrainerOptions
  readonly fit: FitOptions
  readonly parameters: readonly number[]
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly expected: Result
  /** The options that make no difference, as `withoutOptions` names them. */
  readonly idle?: readonly string[]
}

export interface Group {
  readonly name: string
  readonly cases: readonly Training[]
}

const folder = new URL('../../../test/fixtures/pytorch/', import.meta.url)

/** Every file is a group. */
export const groups: readonly Group[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => ({
    name: file.replace('.json', ''),
    cases: JSON.parse(readFileSync(new URL(file, folder), 'utf8')).cases,
  }))

/** Runs a training on a backend. */
export function train({ network: shape, trainer: options, fit, ...values }: Training, path: string): Result {
  const network = new Network({ ...shape, parameters: Float64Array.from(values.parameters) })
  const trainer = new Trainer(network, { ...options, backend: path })
  const [x, y] = [Float64Array.from(values.x), Float64Array.from(values.y)]
  const { loss } = trainer.fitSync(x, y, fit)
  return { loss, evaluated: trainer.evaluate(x, y).loss, parameters: network.parameters }
}

/** Both sides round differently in the last place, and the difference grows over 50 steps; generate.py bounds it. */
const RELATIVE = 1e-10
/** Relative to the largest value of the list: for values near 0, where such roundings cancel. */
const FLOOR = 1e-13

/** The first value that is not the expected one; null where all are. */
export function disagreement(actual: Result, expected: Result): string | null {
  return (
    firstOff('history.loss', actual.loss, expected.loss) ??
    firstOff('the loss of evaluate', [actual.evaluated], [expected.evaluated]) ??
    firstOff('parameters', actual.parameters, expected.parameters)
  )
}

function firstOff(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>): string | null {
  if (actual.length !== expected.length) return `${what}: ${actual.length} values, not ${expected.length}`
  const values = Array.from(expected)
  const floor = FLOOR * Math.max(...values.map(Math.abs))
  // Written so that a NaN counts as a difference.
  const at = values.findIndex((value, i) => !(Math.abs(actual[i] - value) <= RELATIVE * Math.abs(value) + floor))
  return at < 0 ? null : `${what}[${at}] is ${actual[at]}, PyTorch's ${expected[at]}`
}

type Options = Readonly<Record<string, unknown>>

/** Required options, and options that change only the order of sums. */
const KEPT = ['type', 'units', 'layers', 'columns', 'name', 'epochs', 'shuffle']

/** The training once for each option that it gives, without that option. */
export function* withoutOptions(
  training: Training,
): Generator<{ readonly option: string; readonly training: Training }> {
  const { network, trainer, fit } = training
  for (const [option, layers] of withoutLayerOptions(network.layers as unknown as readonly Options[])) {
    yield { option, training: { ...training, network: { ...network, layers } as unknown as NetworkOptions } }
  }
  for (const [part, options] of Object.entries(trainer)) {
    for (const [name, rest] of withoutEach(options)) {
      yield { option: `${part}.${name}`, training: { ...training, trainer: { ...trainer, [part]: rest } } }
    }
  }
  const fullBatch = fit.batchSize === training.x.length / network.inputs
  for (const [name, rest] of withoutEach(fit)) {
    if (name === 'batchSize' && fullBatch) continue
    yield { option: `fit.${name}`, training: { ...training, fit: rest } }
  }
  const { schedule, ...rest } = trainer as TrainerOptions & { schedule?: unknown }
  if (schedule !== undefined) yield { option: 'schedule', training: { ...training, trainer: rest } }
}

/** The layers once for each option of one of them, or of one inside a block, such as `layers[1].layers[0].l2`. */
function* withoutLayerOptions(layers: readonly Options[], block = ''): Generator<[string, readonly Options[]]> {
  for (const [l, layer] of layers.entries()) {
    const place = `${block}layers[${l}].`
    for (const [name, rest] of withoutEach(layer)) yield [place + name, layers.with(l, rest)]
    if (!('layers' in layer)) continue
    for (const [option, inner] of withoutLayerOptions(layer.layers as readonly Options[], place)) {
      yield [option, layers.with(l, { ...layer, layers: inner })]
    }
  }
}

function* withoutEach(options: unknown): Generator<[string, Options]> {
  if (typeof options !== 'object' || options === null) return
  for (const name of Object.keys(options)) {
    if (KEPT.includes(name)) continue
    const { [name]: _, ...rest } = options as Options
    yield [name, rest]
  }
}
