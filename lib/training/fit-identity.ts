/** What must be the same for a fit to go on from a checkpoint. */
import type { Chosen } from '../checks/registry.js'
import type { Configurable } from '../kernels/option-table.js'
import type { DigestPart, Identity, PlainValue } from './checkpoint/content.js'
import { digestPart } from './checkpoint/identity.js'
import type { Stopping } from './early-stopping.js'
import type { Samples } from './fit-data.js'
import type { Job } from './fit-job.js'

type Parts = Record<string, PlainValue | DigestPart>

/** A value of a JSON text: each plain value in it has the name of its place. */
function partsOf(name: string, value: unknown): Parts {
  if (typeof value !== 'object' || value === null) return { [name]: value as PlainValue }
  const nameOf = (key: string) => (Array.isArray(value) ? `${name}[${key}]` : `${name}.${key}`)
  return Object.assign({}, ...Object.entries(value).map(([key, part]) => partsOf(nameOf(key), part)))
}

/** The options of a chosen entry by name. */
function optionsOf(name: string, { entry, options }: Chosen<Configurable>): Parts {
  const values = Object.entries(entry.options).map(([key, option], i) => {
    const value = option.kind === 'choice' ? option.words[options[i]] : options[i]
    return [`${name}.${key}`, option.kind === 'flag' ? value === 1 : value] as const
  })
  return Object.fromEntries(values)
}

/** The name of a chosen entry, and its options. */
const chosenOf = (name: string, chosen: Chosen<Configurable>): Parts => ({
  [name]: chosen.name,
  ...optionsOf(name, chosen),
})

function stoppingOf(stopping: Stopping | null): Parts {
  if (stopping === null) return { earlyStopping: false }
  const { monitor, patience, minDelta, restoreBest } = stopping
  return {
    earlyStopping: true,
    ...partsOf('earlyStopping', { monitor: monitor.series, patience, minDelta, restoreBest }),
  }
}

const samplesOf = (prefix: string, { rows, x, y, sampleWeight }: Samples): Parts => ({
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
    layers: layers.length,
    ...partsOf('layers', layers),
    ...chosenOf('loss', loss),
    ...chosenOf('optimizer', optimizers[0]),
    ...(optimizers.length > 1
      ? { optimizers: digestPart(Float64Array.from(optimizers.flatMap(({ options }) => [...options]))) }
      : {}),
    ...(schedule === null || typeof schedule === 'function'
      ? { schedule: schedule === null ? null : 'a function' }
      : chosenOf('schedule', schedule)),
    metrics: metrics.map(({ name: metric }) => metric).join(', '),
    ...Object.assign({}, ...metrics.map((metric) => optionsOf(`metrics.${metric.name}`, metric))),
    batchSize,
    lastBatch,
    shuffle,
    seed: seeds.length === 1 ? seeds[0] : digestPart(Float64Array.from(seeds)),
    initialEpoch: firstEpoch,
    epochs: end,
    ...stoppingOf(stopping),
    ...samplesOf('', data.training),
    ...(data.validation === null ? { 'validation.rows': 0 } : samplesOf('validation.', data.validation)),
    parameters: digestPart(values.parameters),
    optimizerState: digestPart(values.state),
    scheduleState: digestPart(scheduleState),
    interruption: interruption === null ? null : digestPart(interruption.parameters),
  }
}
