/** Checks of the layers' values and derivatives in one pass over some rows. */
import { activations, type UnitActivation } from '../../kernels/activations.js'
import type { Check, Examined } from './examined.js'
import { counted, type Draft, figure, percent } from './finding.js'
import { typeOf } from './network.js'
import type { LayerPass } from './pass.js'

/** Activations with a flat part, where the derivative is 0, and the largest slope of those that level off. */
const WITH_FLAT_PART = ['relu', 'relu6', 'leakyRelu', 'hardSwish']
const SLOPES: Readonly<Record<string, number>> = { sigmoid: 0.25, tanh: 1, softsign: 1, hardSigmoid: 1 / 6 }

/** The layers whose activation holds a unit back, with the last one where the loss is not fused with it. */
function activeLayers({ pass, compiled }: Examined, names: readonly string[]): LayerPass[] {
  const { layers } = pass
  const last = layers.length - 1
  const isFused = compiled.loss.entry.fusedWith !== null
  return layers.filter(({ activation }, l) => names.includes(activation) && !(l === last && isFused))
}

/** By unit: the share of the rows where the slope of the activation is at most this. */
function flatShares({ z, a, activation, plan: { units, activationOptions } }: LayerPass, rows: number, slope: number) {
  const { gradient } = activations[activation as keyof typeof activations] as UnitActivation
  const counts = new Float64Array(units)
  for (let i = 0; i < rows * units; i++) {
    if (Math.abs(gradient(z[i], a[i], 1, activationOptions)) <= slope) counts[i % units]++
  }
  return counts.map((count) => count / rows)
}

/** A layer with the share of its units that are dead or saturated. */
interface Held {
  readonly layer: LayerPass
  readonly units: number
  readonly share: number
}

/** `3 of 4 units of layer 0 (relu) have` */
const ofUnits = ({ plan, activation }: LayerPass, units: number): string =>
  `${units} of ${counted(plan.units, 'unit')} of layer ${plan.scope} (${activation}) ${units === 1 ? 'has' : 'have'}`

function heldUnits(
  examined: Examined,
  names: readonly string[],
  slopeOf: (name: string) => number,
  least: number,
): readonly Held[] {
  const { rows } = examined.pass
  return activeLayers(examined, names)
    .map((layer): Held => {
      const units = flatShares(layer, rows, slopeOf(layer.activation)).reduce(
        (sum, one) => sum + Number(one >= least),
        0,
      )
      return { layer, units, share: units / layer.plan.units }
    })
    .sort((a, b) => b.share - a.share)
}

/**
 * Lu et al., "Dying ReLU and Initialization", 2019. With inputs of at least 0, as many as half of the units are dead from
 * the start by chance, which a layer can do without.
 */
const MANY_DEAD = 0.75

const deadUnits: Check = {
  name: 'deadUnits',
  causes: ['unscaledInputs', 'symmetricUnits', 'targetsOutOfRange', 'notFiniteValues'],
  examine(examined) {
    if (examined.unusable !== null) return examined.unusable
    const all = heldUnits(examined, WITH_FLAT_PART, () => 0, 1)
    const found = all.filter(({ share }) => share > MANY_DEAD)
    if (found.length === 0) return null
    const [{ layer, units, share }] = found
    const { rows } = examined.pass
    return {
      severity: examined.hasLearned ? 'note' : share === 1 ? 'error' : 'warning',
      where: { layers: found.map((one) => one.layer.plan.scope) },
      figures: { share, units, rows },
      reason: `${ofUnits(layer, units)} a derivative of 0 in each of ${counted(rows, 'row')}, so that no step changes them.`,
      remedy:
        "Make the network again with a smaller learningRate and biases near 0, or set activation: 'leakyRelu' or 'silu'.",
    }
  },
}

/** A unit is saturated where most rows have less than this share of the largest slope: |tanh z| > 0.99. */
const SATURATED_SLOPE = 0.02
const SATURATED_ROWS = 0.75
/** Glorot and Bengio, AISTATS 2010, section 3: layers that saturate stop those below them from learning. */
const MANY_SATURATED = 0.5

const saturatedUnits: Check = {
  name: 'saturatedUnits',
  causes: ['unscaledInputs', 'targetsOutOfRange', 'notFiniteValues'],
  examine(examined) {
    if (examined.unusable !== null) return examined.unusable
    const slopeOf = (name: string): number => SATURATED_SLOPE * SLOPES[name]
    const all = heldUnits(examined, Object.keys(SLOPES), slopeOf, SATURATED_ROWS)
    const found = all.filter(({ share }) => share > MANY_SATURATED)
    if (found.length === 0) return null
    const [{ layer, units, share }] = found
    return {
      severity: examined.hasLearned ? 'note' : 'warning',
      where: { layers: found.map((one) => one.layer.plan.scope) },
      figures: { share, units, rows: examined.pass.rows },
      reason: `${ofUnits(layer, units)} z at an end of the range, with less than ${percent(SATURATED_SLOPE)} of the largest slope in most rows.`,
      remedy:
        'Make the network again with the default initializer, scale x, and set a smaller learningRate; or put a batchNormalization before the activation.',
    }
  },
}

/**
 * The size of the derivatives by a layer's z over that by the last z. Glorot and Bengio (2010) and He et al. (ICCV 2015)
 * choose initial weights so that it stays near 1; a layer of sigmoid multiplies it by about 1/4 (Hochreiter, 1991).
 */
const VANISHED = 1e-3
const EXPLODED = 1e3

/** Hidden layers with trained weights, with their derivatives relative to the last layer's. */
function gainsOf({ pass: { layers } }: Examined): { readonly scope: string; readonly gain: number }[] {
  const last = layers[layers.length - 1]
  return layers
    .slice(0, -1)
    .filter(({ plan }) => typeOf(plan) === 'dense' && plan.trainable === 1)
    .map(({ plan, gradient }) => ({ scope: plan.scope, gain: gradient / last.gradient }))
}

/** Whether the last weights are all 0, as some begin: the first step makes derivatives of those below. */
function beginsAtZero({ plan, parameters }: Examined): boolean {
  const [{ offset, rows, columns }] = plan.layers[plan.layers.length - 1].tensors
  return parameters.subarray(offset, offset + rows * columns).every((value) => value === 0)
}

function gradientFinding(
  examined: Examined,
  isFar: (gain: number) => boolean,
  sort: (a: number, b: number) => number,
  what: string,
  remedy: string,
): Draft | null {
  const found = gainsOf(examined)
    .filter(({ gain }) => isFar(gain))
    .sort((a, b) => sort(a.gain, b.gain))
  if (found.length === 0) return null
  const [{ scope, gain }] = found
  return {
    severity: examined.hasLearned ? 'note' : 'warning',
    where: { layers: found.map((one) => one.scope) },
    figures: { gain, layers: found.length },
    reason: `The gradients ${what} on their way back: those of layer ${scope} are ${figure(gain)} times as large as those of the last layer.`,
    remedy,
  }
}

const vanishingGradients: Check = {
  name: 'vanishingGradients',
  causes: ['unscaledInputs', 'symmetricUnits', 'deadUnits', 'saturatedUnits', 'notFiniteValues'],
  examine(examined) {
    if (examined.unusable !== null) return examined.unusable
    if (beginsAtZero(examined)) return null
    const remedy =
      "Set activation: 'relu' or 'silu' with the default initializer, put hidden layers into residual blocks, or use fewer layers."
    return gradientFinding(
      examined,
      (gain) => gain < VANISHED,
      (a, b) => a - b,
      'vanish',
      remedy,
    )
  },
}

const explodingGradients: Check = {
  name: 'explodingGradients',
  causes: ['unscaledInputs', 'notFiniteValues'],
  examine(examined) {
    if (examined.unusable !== null) return examined.unusable
    const remedy =
      'Make the network again with the default initializer, put a layerNormalization between the layers, or set globalClipNorm of the optimizer.'
    // Derivatives that overflow are NaN.
    return gradientFinding(
      examined,
      (gain) => !(gain <= EXPLODED),
      (a, b) => b - a,
      'explode',
      remedy,
    )
  },
}

export const stateChecks: readonly Check[] = [deadUnits, saturatedUnits, vanishingGradients, explodingGradients]
