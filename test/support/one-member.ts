/** A network as an ensemble of one member, which is how a backend trains it. */
import type { MemberPlans, TrainingPlan } from '#lib/kernels/plan.js'

export const oneMember = ({ seedLow, seedHigh, optimizerOptions }: TrainingPlan): MemberPlans => ({
  count: 1,
  seeds: Int32Array.of(seedLow, seedHigh),
  optimizerOptions,
  layerOptions: new Float64Array(0),
})
