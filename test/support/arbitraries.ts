/** fast-check's arbitraries for whole trainings. Every table of the kernels is drawn from, with all its options. */
import fc, { type Arbitrary } from 'fast-check'
import type { ActivationName, InitializerOption, LayerOption, LossName, LossOption, OptimizerOption } from 'lockstep-nn'
import { LAST_BATCHES } from '#lib/backend/plan.js'
import { optionValues } from '#lib/checks/validate.js'
import { COMMON_OPTIONS } from '#lib/kernels/optimizers.js'
import type { Configurable, Option } from '#lib/kernels/option-table.js'
import { activationOf, type Case, flatLayers, normalizable, unitsOf, widthOf } from './case.js'
import {
  activationNames,
  activationTable,
  hiddenActivationNames,
  initializerNames,
  initializerTable,
  layerTable,
  lossesFor,
  lossTable,
  optimizerNames,
  optimizerTable,
  simpleTypes,
} from './tables.js'
import { ODD_VALUES, type Style, type Values } from './values.js'

/** Mostly small sizes, as they go through as many forms of the loops as large ones. */
const sizes = (most: number): Arbitrary<number> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: Math.min(4, most) }) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: Math.min(17, most) }) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: most }) },
  )

/** A number with a given number of decimal digits before or behind the point, so that all sizes come up alike. */
const ofSize = (least: number, most: number): Arbitrary<number> =>
  fc.integer({ min: Math.round(100 * least), max: Math.round(100 * most) }).map((size) => 10 ** (size / 100))

function optionArbitrary(option: Option): Arbitrary<number | boolean | string> {
  if (option.kind === 'flag') return fc.boolean()
  if (option.kind === 'integer') return fc.integer({ min: option.min, max: option.min + 10 })
  if (option.kind === 'choice') return fc.constantFrom(...option.words)
  if (option.kind === 'records') throw new Error('lists of objects are drawn by those who know the inputs')
  const { min: least, above, below } = option
  if (least === -Infinity) return fc.double({ min: -2, max: 2, noNaN: true })
  if (below === Infinity) return ofSize(-4, 1).map((value) => least + value)
  const inside = fc.double({ min: least, max: below, minExcluded: above, maxExcluded: true, noNaN: true })
  return above ? inside : fc.oneof(fc.constant(least), inside)
}

type Options = Readonly<Record<string, number | boolean | string>>

/** Any of an entry's options, each left out now and then. */
function optionsArbitrary({ options }: Pick<Configurable, 'options'>): Arbitrary<Options> {
  const each = Object.entries(options).map(([name, option]) => [name, optionArbitrary(option)])
  return fc.record(Object.fromEntries(each), { requiredKeys: [] }) as Arbitrary<Options>
}

/** The options of an entry itself, without those that all optimizers have. */
const ownOptions = ({ options }: Pick<Configurable, 'options'>) => ({
  options: Object.fromEntries(Object.entries(options).filter(([name]) => !COMMON_OPTIONS.includes(name))),
})

const hasNoConflict = (entry: Configurable, options: Options): boolean =>
  (entry.conflict?.(optionValues(options, entry.options, 'drawn')) ?? null) === null

/** `{ name, ...options }` for an entry of a table, or the name alone. */
const choice = <Name extends string>(names: readonly Name[], table: Readonly<Record<Name, Configurable>>) =>
  fc.oneof(
    ...names.map((name) =>
      optionsArbitrary(ownOptions(table[name]))
        .filter((options) => hasNoConflict(table[name], options))
        .map((options) => (Object.keys(options).length === 0 ? name : { name, ...options })),
    ),
  )

const optimizer = choice(optimizerNames, optimizerTable) as Arbitrary<OptimizerOption>
const initializer = choice(initializerNames, initializerTable) as Arbitrary<InitializerOption>
const biasInitializer = choice(
  initializerNames.filter((name) => !initializerTable[name].scaled),
  initializerTable,
) as Arbitrary<InitializerOption>

/** How a layer starts, where it says so itself. */
const layerInitializers: Arbitrary<Pick<LayerOption, 'weightsInitializer' | 'biasInitializer'>> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.record({ weightsInitializer: initializer, biasInitializer: biasInitializer }, { requiredKeys: [] }),
  },
)

const layer = (names: Arbitrary<ActivationName>): Arbitrary<LayerOption> =>
  names.chain((activation) =>
    fc
      .tuple(sizes(70), optionsArbitrary(activationTable[activation]), layerInitializers)
      .map(([units, options, own]) => ({ units, activation, ...options, ...own }) as LayerOption),
  )

/** Those that losses are fused with come more often than the others. */
const lastActivation: Arbitrary<ActivationName> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...activationNames) },
  { weight: 2, arbitrary: fc.constant<ActivationName>('softmax') },
  { weight: 1, arbitrary: fc.constant<ActivationName>('sigmoid') },
)

/** The options of all losses; a loss takes those that it has. */
const lossOptions = optionsArbitrary({
  options: Object.assign({}, ...Object.values(lossTable).map(({ options }) => options)),
})

/** A loss that goes with an activation, fused ones more often than the others. */
function lossFor(activation: ActivationName, drawn: number, options: Options): LossOption {
  const possible = lossesFor(activation).flatMap((name) =>
    lossTable[name].fusedWith === null ? name : [name, name, name],
  )
  const name: LossName = possible[drawn % possible.length]
  const own = Object.entries(options).filter(([option]) => option in lossTable[name].options)
  return own.length === 0 ? name : ({ name, ...Object.fromEntries(own) } as LossOption)
}

/** A layer that is not dense and has no list. */
const simpleLayer: Arbitrary<LayerOption> = fc.constantFrom(...simpleTypes).chain((type) => {
  const own = optionsArbitrary(layerTable[type]).filter((options) => type !== 'dropout' || 'rate' in options)
  if (!layerTable[type].activated) return own.map((options) => ({ type, ...options }) as LayerOption)
  return fc.tuple(own, layer(fc.constantFrom(...hiddenActivationNames))).map(([options, dense]) => {
    const { units: _units, weightsInitializer: _weights, biasInitializer: _bias, ...activated } = dense
    return { ...activated, type, ...options } as LayerOption
  })
})

/** A block of drawn layers, blocks among them; `fitted` gives it the width of its input. */
const { block } = fc.letrec<{ block: LayerOption; inner: LayerOption }>((tie) => ({
  block: fc
    .array(tie('inner'), { minLength: 1, maxLength: 3 })
    .map((layers) => ({ type: 'residual', layers }) as LayerOption),
  inner: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'blocks' },
    { weight: 4, arbitrary: layer(fc.constantFrom(...hiddenActivationNames)) },
    { weight: 2, arbitrary: simpleLayer },
    { weight: 1, arbitrary: tie('block') },
  ),
}))

const embedding: Arbitrary<LayerOption> = fc
  .tuple(
    fc.array(fc.record({ column: fc.nat({ max: 39 }), categories: sizes(20), units: sizes(17) }), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.record({ weightsInitializer: initializer }, { requiredKeys: [] }),
  )
  .map(([columns, own]) => ({ type: 'embedding', columns, ...own }) as LayerOption)

/** Layers that fit each other: a block ends with as many units as it begins with, an embedding has each column once. */
function fitted(inputs: number, layers: readonly LayerOption[]): LayerOption[] {
  let width = inputs
  return layers.map((one): LayerOption => {
    const fit = fittedLayer(width, one)
    width = widthOf(fit, width)
    return fit
  })
}

function fittedLayer(inputs: number, one: LayerOption): LayerOption {
  if (one.columns !== undefined) {
    const columns = new Map(one.columns.map((column) => [column.column % inputs, column]))
    return { ...one, columns: [...columns].map(([column, rest]) => ({ ...rest, column })) }
  }
  if (one.layers === undefined) return one
  const inner = fitted(inputs, one.layers)
  const last = inner[inner.length - 1]
  if (unitsOf({ inputs, layers: inner }).at(-1) !== inputs) {
    if (last.units === undefined) inner.push({ units: inputs })
    else inner[inner.length - 1] = { ...last, units: inputs }
  }
  return { ...one, layers: inner } as LayerOption
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

/** Mostly few: where there are fewer processors, a larger team spends its time with waiting. */
const threads: Arbitrary<number> = fc.oneof(
  { withCrossShrink: true },
  { weight: 2, arbitrary: fc.constant(1) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 8 }) },
)

/** What there may be to a training beside the updates of all parameters. */
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

/** A training with more to it; the last layer is trainable where no other is. */
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

/** The same training with nothing to its steps but the updates of all parameters. */
export function plainly({ sampleWeight: _weights, ...drawn }: Case): Case {
  const without = (names: readonly string[], from: object) =>
    Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name)))
  const layers = drawn.layers.map((layer) => without(['l1', 'l2', 'trainable'], layer) as unknown as LayerOption)
  const { optimizer: given } = drawn
  const named = typeof given === 'string' ? { name: given } : given
  // Some decay unless told not to.
  const optimizer = { ...without(COMMON_OPTIONS, named), weightDecay: 0 } as unknown as OptimizerOption
  return { ...drawn, layers, optimizer }
}

/** A softmax has at least two units. */
const lastLayer = layer(lastActivation).map((last) =>
  last.activation === 'softmax' && last.units === 1 ? { ...last, units: 2 } : last,
)

const shape = fc.record({
  inputs: sizes(40),
  hidden: fc.array(layer(fc.constantFrom(...hiddenActivationNames)), { maxLength: 3, size: 'max' }),
  last: lastLayer,
})

const mixedShape: typeof shape = fc
  .record({
    inputs: sizes(40),
    first: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: embedding.map((one) => [one]) }),
    hidden: fc.array(
      fc.oneof(
        { weight: 6, arbitrary: simpleLayer },
        { weight: 2, arbitrary: block },
        { weight: 4, arbitrary: layer(fc.constantFrom(...hiddenActivationNames)) },
      ),
      { minLength: 1, maxLength: 4, size: 'max' },
    ),
    last: lastLayer,
  })
  .map(({ inputs, first, hidden, last }) => ({ inputs, hidden: fitted(inputs, [...first, ...hidden]), last }))

/** The network that has a form of its own in the kernels. */
const smallShape = shape.map(({ hidden, last }) => ({
  inputs: 2,
  hidden: [{ ...(hidden[0] ?? { activation: 'sigmoid' }), units: 2 } as LayerOption],
  last: { ...last, units: 1, ...(last.activation === 'softmax' ? { activation: 'sigmoid' } : {}) } as LayerOption,
}))

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
      // More than a block now and then.
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

/** Trainings of the network that has a form of its own. */
export const smallCases: Arbitrary<Case> = withFit(smallShape, smallFit)

export const cases: Arbitrary<Case> = fc.oneof(
  { weight: 6, arbitrary: withFit(shape, anyFit) },
  { weight: 3, arbitrary: withFit(mixedShape, anyFit) },
  { weight: 1, arbitrary: smallCases },
)
