/** Where the numbers of an encoded plan are. */
import { type Addon, loadAddon } from '#lib/backend/addon.js'
import { SMALL } from './calls.js'
import type { Case } from './case.js'
import { jobOf } from './job.js'

const { planFields, layerFields, tensorFields } = loadAddon() as Addon

/** Where a field is in an encoded plan. */
export const at = (field: string): number => planFields.indexOf(field)

/** Where the parts of each layer begin in the encoded plan of a case. */
export function placesIn(drawn: Case) {
  let next = planFields.length
  return jobOf(drawn).plan.layers.map(({ inputLayers, activationOptions, options, tensors }) => {
    const fields = next
    const inputs = fields + layerFields.length
    const activation = inputs + inputLayers.length
    const own = activation + activationOptions.length
    const ofTensors = own + options.length
    next = ofTensors + tensors.length * tensorFields.length
    return {
      field: (name: string) => fields + layerFields.indexOf(name),
      input: (i: number) => inputs + i,
      activationOption: (i: number) => activation + i,
      option: (i: number) => own + i,
      tensor: (i: number, name: string) => ofTensors + i * tensorFields.length + tensorFields.indexOf(name as 'rows'),
    }
  })
}

/** Layers that read others than the one before, and values that are positions in a table. */
export const BLOCKS: Case = {
  ...SMALL,
  inputs: 3,
  layers: [
    {
      type: 'embedding',
      columns: [
        { column: 1, categories: 4, units: 2 },
        { column: 0, categories: 2, units: 3 },
      ],
    },
    { type: 'residual', layers: [{ units: 6, activation: 'tanh' }] },
    { units: 2 },
  ],
}
