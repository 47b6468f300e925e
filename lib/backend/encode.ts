/** Plans in the encoding of the addon: flat arrays of numbers. */
import type { LayerPlan, MemberPlans, NetworkPlan, TrainingPlan } from '../kernels/plan.js'
import type { Addon } from './addon.js'

/** A plan as one array of numbers. */
export function encodePlan(addon: Addon, plan: NetworkPlan & Partial<TrainingPlan>): Float64Array {
  const fields = { ...plan, layerCount: plan.layers.length, optionCount: plan.optimizerOptions?.length ?? 0 }
  const value = (from: object, name: string): number => {
    const given: unknown = (from as Record<string, unknown>)[name]
    return typeof given === 'number' ? given : 0
  }
  return Float64Array.from([
    ...addon.planFields.map((name) => value(fields, name)),
    ...plan.layers.flatMap((layer: LayerPlan) => addon.layerFields.map((name) => value(layer, name))),
    ...(plan.optimizerOptions ?? []),
  ])
}

/** The differences between the members as one array of numbers. */
export function encodeMembers({ count, seeds, optimizerOptions }: MemberPlans): Float64Array {
  const options = optimizerOptions.length / count
  const encoded = new Float64Array(count * (2 + options))
  for (let i = 0; i < count; i++) {
    encoded.set(seeds.subarray(2 * i, 2 * i + 2), i * (2 + options))
    encoded.set(optimizerOptions.subarray(i * options, (i + 1) * options), i * (2 + options) + 2)
  }
  return encoded
}
