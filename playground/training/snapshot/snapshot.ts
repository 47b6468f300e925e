/** Takes snapshots of a run. */
import type { Network } from 'lockstep-nn'
import type { Rows } from '../../data/data-set.js'
import type { Run } from '../run.js'
import { classOf } from '../targets.js'
import { gradientSizes } from './gradients.js'
import { gridSamples } from './grid.js'
import type { LayerPicture, OutputMap, Picture, Snapshot } from './snapshot-types.js'
import { stuckUnits, Units } from './units.js'

/** The most rows for gradients, and for dead and saturated units. */
const MAX_SAMPLE = 256
/** The most parameters of a model whose digest is computed while it runs. */
const MAX_DIGEST = 20_000

/** The state of the Worker, which is part of a snapshot. */
export interface Pace {
  readonly isRunning: boolean
  readonly epochsPerSecond: number
}

export class Photographer {
  private readonly units: Units
  private readonly backend: string
  private readonly sampleX: Float64Array
  private readonly sampleY: Float64Array

  constructor(private readonly run: Run) {
    const { prepared } = run
    const { x, y, data, shape, trainerOptions } = prepared
    this.units = new Units(shape)
    this.backend = trainerOptions.backend as string
    const rows = Math.min(data.training.count, MAX_SAMPLE)
    this.sampleX = x.slice(0, rows * shape.inputs)
    this.sampleY = y.slice(0, rows * (y.length / data.training.count))
  }

  take(picture: Picture, { isRunning, epochsPerSecond }: Pace): Snapshot {
    const { run } = this
    const { prepared, members } = run
    const { data, outputs, fitOptions } = prepared
    const parameterCount = members[0].parameterCount
    const isSmall = parameterCount * members.length <= MAX_DIGEST
    return {
      epoch: run.epoch,
      step: run.step,
      stepsPerEpoch: Math.ceil(data.training.count / (fitOptions.batchSize as number)),
      isRunning,
      ended: run.ended,
      epochsPerSecond,
      backend: run.backend,
      digest: isRunning && !isSmall ? null : run.digest(),
      parameterCount,
      losses: run.lossSeries,
      accuracy: { training: this.accuracy(data.training), validation: this.accuracy(data.validation) },
      learned: this.learned(),
      outputs,
      output: this.outputMap(picture),
      layers: this.layers(picture, members[Math.min(picture.member, members.length - 1)]),
    }
  }

  private predictions(x: Float64Array): Float64Array[] {
    return this.run.members.map((member) => member.predict(x, { backend: this.backend }))
  }

  private outputMap({ axes, size }: Picture): OutputMap {
    const predictions = this.predictions(gridSamples(this.run.prepared.data.inputs, axes, size))
    const mean = new Float32Array(predictions[0].length)
    const spread = new Float32Array(predictions[0].length)
    for (let i = 0; i < mean.length; i++) {
      const average = meanAt(predictions, i)
      mean[i] = average
      let squares = 0
      for (const one of predictions) squares += (one[i] - average) ** 2
      spread[i] = Math.sqrt(squares / predictions.length)
    }
    return { size, mean, spread }
  }

  private accuracy({ x, y, count }: Rows): number | null {
    const { data, outputs } = this.run.prepared
    if (data.task === 'number' || count === 0) return null
    const predictions = this.predictions(x)
    const means = predictions[0].map((_, i) => meanAt(predictions, i))
    let right = 0
    for (let row = 0; row < count; row++) if (classOf(means, row, outputs) === y[row]) right++
    return right / count
  }

  private learned(): number | null {
    const { data, outputs } = this.run.prepared
    if (data.task === 'number' || this.run.members.length === 1) return null
    const { x, y } = data.training
    const isRight = (predicted: Float64Array): boolean =>
      y.every((label, row) => classOf(predicted, row, outputs) === label)
    return this.predictions(x).filter(isRight).length
  }

  private layers({ axes, unitSize }: Picture, member: Network): LayerPicture[] {
    const { prepared } = this.run
    const grid = gridSamples(prepared.data.inputs, axes, unitSize)
    const maps = this.units.values(member, grid, this.backend)
    const samples = this.units.values(member, this.sampleX, this.backend)
    const gradients = gradientSizes(prepared, member, this.sampleX, this.sampleY)
    return prepared.shape.stages.map(({ units, activation, dense }, i) => {
      const { weights, bias } = member.getLayer(dense)
      return {
        units,
        activation,
        weights: Float32Array.from(weights as Float64Array),
        bias: Float32Array.from(bias as Float64Array),
        maps: byUnit(maps[i], units),
        gradient: gradients[i],
        ...stuckUnits(samples[i], units, activation),
      }
    })
  }
}

function meanAt(predictions: readonly Float64Array[], i: number): number {
  let sum = 0
  for (const one of predictions) sum += one[i]
  return sum / predictions.length
}

/** [rows × units] as [units × rows]. */
function byUnit(values: Float64Array, units: number): Float32Array {
  const rows = values.length / units
  const maps = new Float32Array(values.length)
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++) maps[unit * rows + row] = values[row * units + unit]
  }
  return maps
}
