/** fast-check's arbitraries for the layers of a network: every kind, with every activation and initializer. */
import fc, { type Arbitrary } from 'fast-check'
import type { ActivationName, InitializerOption, LayerOption } from 'lockstep-nn'
import { unitsOf, widthOf } from './case.js'
import { choice, optionsArbitrary, sizes } from './drawn-options.js'
import {
  activationNames,
  activationTable,
  hiddenActivationNames,
  initializerNames,
  initializerTable,
  layerTable,
  simpleTypes,
} from './tables.js'

export const initializer = choice(initializerNames, initializerTable) as Arbitrary<InitializerOption>

const biasInitializer = choice(
  initializerNames.filter((name) => !initializerTable[name].scaled),
  initializerTable,
) as Arbitrary<InitializerOption>

/** The initializers of a layer, if it has its own. */
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

/** Activations that losses are fused with are more frequent. */
const lastActivation: Arbitrary<ActivationName> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...activationNames) },
  { weight: 2, arbitrary: fc.constant<ActivationName>('softmax') },
  { weight: 1, arbitrary: fc.constant<ActivationName>('sigmoid') },
)

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

/** A softmax has at least two units. */
const lastLayer = layer(lastActivation).map((last) =>
  last.activation === 'softmax' && last.units === 1 ? { ...last, units: 2 } : last,
)

export const shape = fc.record({
  inputs: sizes(40),
  hidden: fc.array(layer(fc.constantFrom(...hiddenActivationNames)), { maxLength: 3, size: 'max' }),
  last: lastLayer,
})

export const mixedShape: typeof shape = fc
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

/** The network with its own form in the kernels. */
export const smallShape = shape.map(({ hidden, last }) => ({
  inputs: 2,
  hidden: [{ ...(hidden[0] ?? { activation: 'sigmoid' }), units: 2 } as LayerOption],
  last: { ...last, units: 1, ...(last.activation === 'softmax' ? { activation: 'sigmoid' } : {}) } as LayerOption,
}))
