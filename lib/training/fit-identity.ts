/** What must be the same for a fit to go on from a checkpoint. */
import type { Chosen } from '../checks/registry.js'
import type { Configurable } from '../kernels/option-table.js'
import type { DigestPart, Identity, PlainValue } from './checkpoint/content.js'
import { digestPart } from './checkpoint/identity.js'
import type { Samples } from './fit-data.js'
import type { Job } from './fit-job.js'

/** A chosen entry as text: its name, and its options by name where it has any. */
function textOf({ name, entry, options }: Chosen<Configurable>): string {
  const names = Object.keys(entry.options)
  return names.length === 0
    ? name
    : `${name} ${JSON.stringify(Object.fromEntries(names.map((one, i) => [one, options[i]])))}`
}

const samplesOf = (prefix: string, { rows, x, y, sampleWeight }: Samples): Record<string, PlainValue | DigestPart> => ({
  [`${prefix}rows`]: rows,
  [`${prefix}x`]: digestPart(x),
  [`${prefix}y`]: digestPart(y),
  [`${prefix}sampleWeight`]: sampleWeight.length === 0 ? null : digestPart(sampleWeight),
})

/** The identity of a fit, before it begins. Backend, threads and callbacks are not part of it. */
export function identityOf({
  compiled,
  settings,
  data,
  metrics,
  schedule,
  values,
  scheduleState,
  interruption,
}: Job): Identity {
  const { name, members, optimizers, loss } = compiled
  const { firstEpoch, end, batchSize, lastBatch, shuffle, seeds, stopping } = settings
  const { inputs, layers } = members[0].architecture()
  return {
    model: name,
    members: members.length,
    inputs,
    ...Object.fromEntries(layers.map((layer, l) => [`layers[${l}]`, JSON.stringify(layer)])),
    loss: textOf(loss),
    optimizer: textOf(optimizers[0]),
    ...(optimizers.length > 1
      ? { optimizers: digestPart(Float64Array.from(optimizers.flatMap(({ options }) => [...options]))) }
      : {}),
    schedule: schedule === null ? null : typeof schedule === 'function' ? 'a function' : textOf(schedule),
    metrics: metrics.map(textOf).join(', '),
    batchSize,
    lastBatch,
    shuffle,
    seed: seeds.length === 1 ? seeds[0] : digestPart(Float64Array.from(seeds)),
    initialEpoch: firstEpoch,
    epochs: end,
    earlyStopping: stopping === null ? null : JSON.stringify(stopping),
    ...samplesOf('', data.training),
    ...(data.validation === null ? { 'validation.rows': 0 } : samplesOf('validation.', data.validation)),
    parameters: digestPart(values.parameters),
    optimizerState: digestPart(values.state),
    scheduleState: digestPart(scheduleState),
    interruption: interruption === null ? null : digestPart(interruption.parameters),
  }
}
