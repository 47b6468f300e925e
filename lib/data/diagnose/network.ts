/** Checks of the architecture and the parameters, without a pass over the data. */
import { activationRegistry, layerRegistry } from '../../checks/registry.js'
import { areFinite } from '../../checks/rows.js'
import { learningRateOf } from '../../kernels/optimizers.js'
import { optionOf } from '../../kernels/option-table.js'
import type { LayerPlan, NetworkPlan, TensorPlan } from '../../kernels/plan.js'
import { parameterName } from '../../network/layers.js'
import type { Check } from './examined.js'
import { counted, type Draft, figure, percent } from './finding.js'

export const typeOf = ({ kind }: LayerPlan): string => layerRegistry.at(kind).name
const activationOf = ({ activation }: LayerPlan): string => activationRegistry.at(activation).name

const notFiniteParameters: Check = {
  name: 'notFiniteParameters',
  causes: [],
  examine({ parameters, plan }) {
    if (areFinite(parameters)) return null
    const count = parameters.reduce((sum, value) => sum + Number(!Number.isFinite(value)), 0)
    const at = parameters.findIndex((value) => !Number.isFinite(value))
    const layer = plan.layers.find(({ tensors }) =>
      tensors.some(({ offset, rows, columns }) => at >= offset && at < offset + rows * columns),
    )
    return {
      severity: 'error',
      where: layer === undefined ? {} : { layers: [layer.scope] },
      figures: { count },
      reason: `${counted(count, 'parameter')} of ${plan.parameterCount} ${count === 1 ? 'is' : 'are'} not finite: ${parameterName(plan, at)} has ${parameters[at]}.`,
      remedy:
        'Make the network again, or load an older file: such parameters were edited, or trained outside this library.',
    }
  },
}

const nothingTrains: Check = {
  name: 'nothingTrains',
  causes: [],
  examine({ plan: { layers } }) {
    if (layers.some(({ trainable }) => trainable === 1)) return null
    return {
      severity: 'error',
      where: {},
      figures: { layers: layers.length },
      reason: `All ${counted(layers.length, 'layer')} have trainable: false.`,
      remedy: 'Leave trainable: false out of the layers to train, at least the last one.',
    }
  },
}

/** Layers of which any number in a row compute a linear function. */
const LINEAR_TYPES = ['dense', 'dropout', 'batchNormalization', 'residual']

const linearNetwork: Check = {
  name: 'linearNetwork',
  causes: [],
  examine({ plan: { layers, inputs, outputs } }) {
    const hidden = layers.slice(0, -1)
    const dense = hidden.filter((layer) => typeOf(layer) === 'dense')
    const isLinear = hidden.every((layer) => LINEAR_TYPES.includes(typeOf(layer)) && activationOf(layer) === 'linear')
    // A narrow layer is a choice: it finds principal components.
    const isNarrow = dense.some(({ units }) => units < Math.min(inputs, outputs))
    if (dense.length === 0 || !isLinear || isNarrow) return null
    return {
      severity: 'warning',
      where: { layers: dense.map(({ scope }) => scope) },
      figures: { layers: dense.length },
      reason: `${dense.length === 1 ? 'The hidden layer has' : `The ${dense.length} hidden layers have`} no activation, so that all layers together are one linear function of the inputs.`,
      remedy: "Set activation: 'relu' or another one on the hidden layers, or leave these layers out.",
    }
  },
}

/** The penalties over the loss of constant predictions from which a step makes weights small rather than right. */
const MAX_PENALTY = 5
/** Srivastava et al., JMLR 2014, drop 20 to 50 % of the values; with fewer than 20 % left the noise outweighs them. */
const MAX_DROPOUT = 0.8
/** The share of each weight that one step subtracts: with 1 % half of it is gone after 70 steps. */
const MAX_DECAY = 0.01

/** Σ l1 |w| + l2 w² over a tensor. */
function penaltyOf({ offset, rows, columns, l1, l2 }: TensorPlan, parameters: Float64Array): number {
  if (l1 === 0 && l2 === 0) return 0
  let sum = 0
  for (let i = offset; i < offset + rows * columns; i++) {
    sum += l1 * Math.abs(parameters[i]) + l2 * (parameters[i] * parameters[i])
  }
  return sum
}

const strongRegularization: Check = {
  name: 'strongRegularization',
  causes: [],
  examine(examined): Draft | null {
    const { plan, parameters, compiled, constantLoss } = examined
    const severity = examined.hasLearned ? 'note' : 'warning'
    const [optimizer] = compiled.optimizers
    const decay = learningRateOf(optimizer.options) * (optionOf(optimizer.entry, optimizer.options, 'weightDecay') ?? 0)
    if (decay >= MAX_DECAY) {
      return {
        severity,
        where: {},
        figures: { decay },
        reason: `Each step subtracts ${percent(decay)} of every weight: weightDecay times learningRate.`,
        remedy: 'Set a smaller weightDecay: 0.01 is the default of adamw.',
      }
    }
    const dropped = plan.layers.filter((layer) => typeOf(layer) === 'dropout' && layer.options[0] >= MAX_DROPOUT)
    if (dropped.length > 0) {
      const [{ scope, options }] = dropped
      return {
        severity,
        where: { layers: dropped.map((layer) => layer.scope) },
        figures: { rate: options[0] },
        reason: `The dropout of layer ${scope} drops ${percent(options[0])} of the values in each step.`,
        remedy: 'Set a rate of 0.1 to 0.5.',
      }
    }
    const trained = plan.layers.flatMap(({ tensors, scope }) =>
      tensors
        .filter((tensor) => tensor.trained === 1)
        .map((tensor) => ({ scope, penalty: penaltyOf(tensor, parameters) })),
    )
    const penalty = trained.reduce((sum, one) => sum + one.penalty, 0)
    if (!(penalty > MAX_PENALTY * examined.excess(constantLoss))) return null
    const worst = trained.reduce((most, one) => (one.penalty > most.penalty ? one : most))
    return {
      severity,
      where: { layers: [worst.scope] },
      figures: { penalty, constantLoss },
      reason: `The penalties l1 and l2 add ${figure(penalty)} to the loss, of which constant predictions have ${figure(constantLoss)}; layer ${worst.scope} has the largest.`,
      remedy: 'Set a smaller l2 or l1: usual values are 0.0001 to 0.01.',
    }
  },
}

/** The share of a layer's units with a twin from which the layer is no wider than its distinct units. */
const MANY_TWINS = 0.5

/** The weights of the next dense layer, after layers that compute each unit separately; null where there is none. */
function nextWeights({ layers }: NetworkPlan, l: number): { weights: TensorPlan; dropped: boolean } | null {
  let [at, dropped] = [l, false]
  for (;;) {
    const readers = [...layers.keys()].filter((other) => layers[other].inputLayers.includes(at))
    if (readers.length !== 1) return null
    ;[at] = readers
    const type = typeOf(layers[at])
    if (type === 'dense') return { weights: layers[at].tensors[0], dropped }
    if (type !== 'dropout' && type !== 'batchNormalization' && type !== 'layerNormalization') return null
    dropped ||= type === 'dropout' && layers[at].options[0] > 0
  }
}

/** How many units of a layer have the same weights, into them and out of them, as another one. */
function twinsOf([weights, bias]: readonly TensorPlan[], next: TensorPlan, parameters: Float64Array): number {
  const units = weights.columns
  const isTwin = (a: number, b: number): boolean => {
    if (parameters[bias.offset + a] !== parameters[bias.offset + b]) return false
    for (let i = 0; i < weights.rows; i++) {
      const row = weights.offset + i * units
      if (parameters[row + a] !== parameters[row + b]) return false
    }
    for (let j = 0; j < next.columns; j++) {
      if (parameters[next.offset + a * next.columns + j] !== parameters[next.offset + b * next.columns + j])
        return false
    }
    return true
  }
  // Twins have the same first weights.
  const byFirst = new Map<string, number[][]>()
  for (let unit = 0; unit < units; unit++) {
    const key = `${parameters[weights.offset + unit]} ${parameters[next.offset + unit * next.columns]}`
    const groups = byFirst.get(key) ?? []
    byFirst.set(key, groups)
    const own = groups.find(([other]) => isTwin(other, unit))
    if (own === undefined) groups.push([unit])
    else own.push(unit)
  }
  return [...byFirst.values()].flat().reduce((sum, group) => sum + (group.length > 1 ? group.length : 0), 0)
}

const symmetricUnits: Check = {
  name: 'symmetricUnits',
  causes: ['notFiniteParameters'],
  examine({ plan, parameters }) {
    const found = plan.layers.flatMap((layer, l) => {
      const next = typeOf(layer) === 'dense' && layer.units > 1 ? nextWeights(plan, l) : null
      if (next === null) return []
      const twins = twinsOf(layer.tensors, next.weights, parameters)
      return twins > MANY_TWINS * layer.units ? [{ layer, twins, dropped: next.dropped }] : []
    })
    if (found.length === 0) return null
    const [{ layer, twins }] = found
    return {
      // Dropout treats twins differently, so that they drift apart.
      severity: found.every(({ dropped }) => dropped) ? 'warning' : 'error',
      where: { layers: found.map(({ layer: { scope } }) => scope) },
      figures: { units: layer.units, twins },
      reason: `${twins} of ${layer.units} units of layer ${layer.scope} have the parameters of another unit, so that every step changes them alike.`,
      remedy: "Leave the initializer 'zeros', 'ones' or 'constant' out: the default one draws different weights.",
    }
  },
}

export const networkChecks: readonly Check[] = [
  notFiniteParameters,
  nothingTrains,
  linearNetwork,
  strongRegularization,
  symmetricUnits,
]
