/** fast-check's arbitraries for whole trainings. Every table of the kernels is drawn from, with all its options. */
import fc, { type Arbitrary } from 'fast-check'
import type { ActivationName, LayerOption, LossName, LossOption, OptimizerOption } from 'lockstep-nn'
import { LAST_BATCHES } from '#lib/backend/plan.js'
import { COMMON_OPTIONS } from '#lib/kernels/optimizers.js'
import { activationOf, type Case, flatLayers, normalizable } from './case.js'
import { initializer, mixedShape, shape, smallShape } from './drawn-layers.js'
import { choice, type Options, ofSize, optionsArbitrary, sizes } from './drawn-options.js'
import { layerTable, lossesFor, lossTable, optimizerNames, optimizerTable } from './tables.js'
import { ODD_VALUES, type Style, type Values } from './values.js'

const optimizer = choice(optimizerNames, optimizerTable) as Arbitrary<OptimizerOption>

/** The options of all losses; a loss takes those that it has. */
const lossOptions = optionsArbitrary({
  options: Object.assign({}, ...Object.values(lossTable).map(({ options }) => options)),
})

/** A loss that is allowed with an activation, fused ones more often than the others. */
function lossFor(activation: ActivationName, drawn: number, options: Options): LossOption {
  const possible = lossesFor(activation).flatMap((name) =>
    lossTable[name].fusedWith === null ? name : [name, name, name],
  )
  const name: LossName = possible[drawn % possible.length]
  const own = Object.entries(options).filter(([option]) => option in lossTable[name].options)
  return own.length === 0 ? name : ({ name, ...Object.fromEntries(own) } as LossOption)
}

const styles: Arbitrary<Style> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Style>('sensible') },
  { weight: 5, arbitrary: fc.constant<Style>('small') },
  { weight: 2, arbitrary: fc.constant<Style>('wide') },
  { weight: 1, arbitrary: fc.constant<Style>('wild') },
)

const odd = fc.record({
  at: fc.nat({ max: 5000 }),
  value: fc.oneof(fc.constantFrom(...ODD_VALUES), fc.double({ noNaN: true, noDefaultInfinity: true })),
})

const values: Arbitrary<Values> = fc.record({
  style: styles,
  seed: fc.nat(),
  odd: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(odd, { maxLength: 5 }) }),
})

export const seeds: Arbitrary<number> = fc.oneof(
  fc.nat({ max: 100 }),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
)

const start: Arbitrary<Case['start']> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ initializer, seed: seeds }, { requiredKeys: ['seed'] }) },
  { weight: 1, arbitrary: fc.record({ values, shared: fc.boolean() }) },
)

/** Mostly few: with more threads than processors a training mostly waits. */
const threads: Arbitrary<number> = fc.oneof(
  { withCrossShrink: true },
  { weight: 2, arbitrary: fc.constant(1) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 8 }) },
)

/** Options of a training in addition to the updates of all parameters. */
interface Extras extends Pick<Case, 'sampleWeight' | 'firstEpoch' | 'rateFactors'> {
  /** Of each layer. */
  readonly layers: readonly { readonly l1?: number; readonly l2?: number; readonly trainable?: boolean }[]
  readonly weightDecay?: number
  /** At most one of the three clips. */
  readonly clip?: Readonly<Record<string, number>>
}

const [, ...CLIPS] = COMMON_OPTIONS

const someExtras: Arbitrary<Extras> = fc.record(
  {
    layers: fc.array(
      fc.record({ l1: ofSize(-4, 0), l2: ofSize(-4, 0), trainable: fc.boolean() }, { requiredKeys: [] }),
      { minLength: 6, maxLength: 6 },
    ),
    weightDecay: ofSize(-4, 1),
    clip: fc.tuple(fc.constantFrom(...CLIPS), ofSize(-3, 1)).map(([name, most]) => ({ [name]: most })),
    sampleWeight: values,
    firstEpoch: fc.oneof(fc.nat({ max: 10 }), fc.nat({ max: 2 ** 31 - 1 })),
    rateFactors: values,
  },
  { requiredKeys: ['layers'] },
)

const extras: Arbitrary<Extras> = fc.oneof(fc.constant({ layers: [] }), someExtras)

/** A training with such options; the last layer is trainable if no other is. */
function withExtras(drawn: Case, { layers: own, weightDecay, clip, ...rest }: Extras): Case {
  const withOwn = (layer: LayerOption, l: number): LayerOption => {
    const options = Object.keys(layerTable[layer.type ?? 'dense'].trainingOptions)
    const given = Object.entries(own[l % own.length] ?? {}).filter(([name]) => options.includes(name))
    const inner = layer.layers === undefined ? {} : { layers: layer.layers.map((one, k) => withOwn(one, l + k + 1)) }
    return { ...layer, ...Object.fromEntries(given), ...inner } as LayerOption
  }
  const layers = drawn.layers.map(withOwn)
  const trains = ({ type, trainable }: LayerOption) => type !== 'dropout' && type !== 'residual' && trainable !== false
  if (!flatLayers(layers).some(trains)) {
    const { trainable: _frozen, ...last } = layers[layers.length - 1]
    layers[layers.length - 1] = last as LayerOption
  }
  const { optimizer: given } = drawn
  const named = typeof given === 'string' ? { name: given } : given
  const common = { ...(weightDecay === undefined ? {} : { weightDecay }), ...clip }
  const optimizer = Object.keys(common).length === 0 ? given : { ...named, ...common }
  return { ...drawn, ...rest, layers, optimizer }
}

/** The same training with plain steps. */
export function plainly({ sampleWeight: _weights, ...drawn }: Case): Case {
  const without = (names: readonly string[], from: object) =>
    Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name)))
  const layers = drawn.layers.map((layer) => without(['l1', 'l2', 'trainable'], layer) as unknown as LayerOption)
  const { optimizer: given } = drawn
  const named = typeof given === 'string' ? { name: given } : given
  // Some have decay by default.
  const optimizer = { ...without(COMMON_OPTIONS, named), weightDecay: 0 } as unknown as OptimizerOption
  return { ...drawn, layers, optimizer }
}

const anyFit = fc.record({
  epochs: fc.integer({ min: 1, max: 4 }),
  batchSize: fc.oneof(sizes(70), fc.constant(1000)),
  lastBatch: fc.constantFrom(undefined, ...LAST_BATCHES),
  shuffle: fc.boolean(),
  seed: seeds,
})

const smallFit = fc
  .tuple(anyFit, fc.integer({ min: 1, max: 5 }))
  .map(([fit, batchSize]) => ({ ...fit, epochs: 3 * fit.epochs, batchSize }))

const withFit = (shapes: typeof shape, fit: typeof anyFit): Arbitrary<Case> =>
  fc
    .record({
      shape: shapes,
      loss: fc.nat({ max: 1000 }),
      lossOptions,
      start,
      optimizer,
      // Sometimes more than a block.
      rows: fc.oneof({ weight: 9, arbitrary: sizes(70) }, { weight: 1, arbitrary: fc.integer({ min: 65, max: 100 }) }),
      x: values,
      y: values,
      form: fc.constantFrom<Case['form']>('flat', 'shared', 'rows'),
      threads,
      fit,
      extras,
    })
    .map(({ shape: { inputs, hidden, last }, loss, lossOptions: options, extras: more, ...rest }) => {
      const plain = { ...rest, inputs, layers: [...hidden, last], loss: lossFor(activationOf(last), loss, options) }
      return normalizable(withExtras(plain, more))
    })

/** Trainings of the network with its own form. */
export const smallCases: Arbitrary<Case> = withFit(smallShape, smallFit)

export const cases: Arbitrary<Case> = fc.oneof(
  { weight: 6, arbitrary: withFit(shape, anyFit) },
  { weight: 3, arbitrary: withFit(mixedShape, anyFit) },
  { weight: 1, arbitrary: smallCases },
)
