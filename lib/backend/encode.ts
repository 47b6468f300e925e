/** Plans in the encoding of the addon and of the WebAssembly module: flat arrays of numbers. */
import type { LayerPlan, MemberPlans, NetworkPlan, TensorPlan, TrainingPlan, WatchPlan } from '../kernels/plan.js'
import { memberLayerOptions } from '../kernels/training/members.js'

/** The fields of encoded plans in their order, as the addon or the WebAssembly module names them. */
export interface Fields {
  readonly planFields: readonly string[]
  readonly layerFields: readonly string[]
  readonly tensorFields: readonly (keyof Omit<TensorPlan, 'name' | 'form'>)[]
  readonly watchFields: readonly string[]
}

/** The layers of a plan in this encoding, by fields. They are the same array in all plans of a network. */
const encodedLayers = new WeakMap<Fields, WeakMap<readonly LayerPlan[], Float64Array>>()

/** A plan as one array of numbers. A field that a plan does not have is 0. */
export function encodePlan(fields: Fields, plan: NetworkPlan & Partial<TrainingPlan>): Float64Array {
  const { lossOptions = NO_OPTIONS, optimizerOptions = NO_OPTIONS } = plan
  const layers = layersOf(fields, plan.layers)
  const { planFields } = fields
  const encoded = new Float64Array(planFields.length + layers.length + lossOptions.length + optimizerOptions.length)
  for (let i = 0; i < planFields.length; i++) {
    const name = planFields[i]
    if (name === 'layerCount') encoded[i] = plan.layers.length
    else if (name === 'lossOptionCount') encoded[i] = lossOptions.length
    else if (name === 'optimizerOptionCount') encoded[i] = optimizerOptions.length
    else encoded[i] = (plan[name as keyof TrainingPlan] as number | undefined) ?? 0
  }
  encoded.set(layers, planFields.length)
  encoded.set(lossOptions, planFields.length + layers.length)
  encoded.set(optimizerOptions, planFields.length + layers.length + lossOptions.length)
  return encoded
}

const NO_OPTIONS = new Float64Array(0)
const NO_MEMBERS = NO_OPTIONS

function layersOf(fields: Fields, layers: readonly LayerPlan[]): Float64Array {
  let known = encodedLayers.get(fields)
  if (known === undefined) {
    known = new WeakMap()
    encodedLayers.set(fields, known)
  }
  let encoded = known.get(layers)
  if (encoded === undefined) {
    encoded = Float64Array.from(layers.flatMap((layer) => layerValues(fields, layer)))
    known.set(layers, encoded)
  }
  return encoded
}

/** The fields of a layer, what it reads, its options, and the fields of each tensor. */
function layerValues({ layerFields, tensorFields }: Fields, layer: LayerPlan): number[] {
  const { kind, inputs, units, activation, trainable, inputLayers, activationOptions, options, tensors } = layer
  const fields: Record<string, number> = {
    kind,
    inputs,
    units,
    activation,
    trainable,
    inputCount: inputLayers.length,
    activationOptionCount: activationOptions.length,
    optionCount: options.length,
    tensorCount: tensors.length,
  }
  return [
    ...layerFields.map((name) => fields[name]),
    ...inputLayers,
    ...activationOptions,
    ...options,
    ...tensors.flatMap((tensor) => tensorFields.map((name) => tensor[name])),
  ]
}

/**
 * The differences between the members as one array of numbers; one of length 0 for one member, whose plan has them. Of each
 * member: its seed, the options of its optimizer, and those of its layers that only training has.
 */
export function encodeMembers(plan: NetworkPlan, members: MemberPlans): Float64Array {
  const { count, seeds, optimizerOptions, layerOptions } = members
  if (count === 1) return NO_MEMBERS
  const options = optimizerOptions.length / count
  const common = memberLayerOptions(plan)
  const ofLayers = common.length
  const each = 2 + options + ofLayers
  const encoded = new Float64Array(count * each)
  for (let i = 0; i < count; i++) {
    const at = i * each
    encoded.set(seeds.subarray(2 * i, 2 * i + 2), at)
    encoded.set(optimizerOptions.subarray(i * options, (i + 1) * options), at + 2)
    if (ofLayers === 0) continue
    const own = layerOptions.length === 0 ? common : layerOptions.subarray(i * ofLayers, (i + 1) * ofLayers)
    encoded.set(own, at + 2 + options)
  }
  return encoded
}

/** What a session computes after an epoch as one array of numbers; one of length 0 where it computes nothing. */
export function encodeWatch({ watchFields }: Fields, watch: WatchPlan | null): Float64Array {
  if (watch === null) return NO_OPTIONS
  const { metrics, signs, trainingLossScale, validationRows, validationLossScale, scheduled, stopping, plateau } = watch
  const fields: Record<string, number | undefined> = {
    metricCount: metrics.length,
    signs,
    trainingLossScale,
    validationRows,
    validationLossScale,
    scheduled,
    stops: stopping === null ? 0 : 1,
    stoppingSeries: stopping?.series,
    stoppingHigher: stopping?.higher,
    patience: stopping?.patience,
    minDelta: stopping?.minDelta,
    restoreBest: stopping?.restoreBest,
    reduces: plateau === null ? 0 : 1,
    plateauSeries: plateau?.series,
    plateauHigher: plateau?.higher,
    plateauFactor: plateau?.factor,
    plateauPatience: plateau?.patience,
    plateauThreshold: plateau?.threshold,
    plateauRelative: plateau?.relative,
    plateauCooldown: plateau?.cooldown,
    plateauMinimum: plateau?.minimum,
  }
  return Float64Array.from([
    ...watchFields.map((name) => fields[name] ?? 0),
    ...metrics.flatMap(({ code, options }) => [code, ...options]),
  ])
}
