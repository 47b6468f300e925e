/** The entries of the kernels' tables: a test that iterates them covers every new entry. */
import type { ActivationName, InitializerName, LayerType, LossName, OptimizerName } from 'lockstep-nn'
import { type Activation, activations } from '#lib/kernels/activations.js'
import { type Initializer, initializers } from '#lib/kernels/initializers.js'
import type { LayerDefinition } from '#lib/kernels/layers/layer.js'
import { layerDefinitions } from '#lib/kernels/layers/table.js'
import { type Loss, losses } from '#lib/kernels/losses.js'
import { type Optimizer, optimizers } from '#lib/kernels/optimizers.js'

export const activationTable: Readonly<Record<ActivationName, Activation>> = activations
export const layerTable: Readonly<Record<LayerType, LayerDefinition>> = layerDefinitions
export const lossTable: Readonly<Record<LossName, Loss>> = losses
export const optimizerTable: Readonly<Record<OptimizerName, Optimizer>> = optimizers
export const initializerTable: Readonly<Record<InitializerName, Initializer>> = initializers

export const layerTypes = Object.keys(layerDefinitions) as LayerType[]
export const activationNames = Object.keys(activations) as ActivationName[]
export const lossNames = Object.keys(losses) as LossName[]
export const optimizerNames = Object.keys(optimizers) as OptimizerName[]
export const initializerNames = Object.keys(initializers) as InitializerName[]

/** The kinds of layers that are not dense. */
export const specialTypes = layerTypes.filter((type) => type !== 'dense')

/** Kinds that are allowed anywhere but at the end, without a list of layers or columns. */
export const simpleTypes = specialTypes.filter((type) => !['residual', 'embedding'].includes(type))

/** The activations that are allowed on any layer. */
export const hiddenActivationNames = activationNames.filter((name) => activationTable[name].kind !== 'row')

/** The losses that are allowed with this activation on the last layer. */
export const lossesFor = (activation: ActivationName): LossName[] =>
  lossNames.filter((name) => [null, activation].includes(lossTable[name].fusedWith))

// Those whose values are above 0, as the logarithm in poisson needs them.
const POSITIVE: readonly ActivationName[] = ['sigmoid', 'softplus', 'softmax', 'exponential']

/** The same, but for those that would be no numbers. */
export const numericLossesFor = (activation: ActivationName): LossName[] =>
  lossesFor(activation).filter((name) => name !== 'poisson' || POSITIVE.includes(activation))
