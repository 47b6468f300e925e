/** Single steps within an epoch, made by copies of the members, each of which trains alone to the same bits. */
import { DivergenceError, Network, Trainer } from 'lockstep-nn'
import type { Prepared } from './prepare.js'

interface Start {
  readonly epoch: number
  readonly optimizerState: Float64Array
  readonly scheduleState: Float64Array
}

export class Steps {
  readonly members: readonly Network[]
  private readonly trainers: readonly Trainer[]
  private made = 0

  constructor(
    private readonly prepared: Prepared,
    members: readonly Network[],
    private readonly start: Start,
  ) {
    const { shape, trainerOptions } = prepared
    this.members = members.map(
      ({ parameters }) => new Network({ inputs: shape.inputs, layers: shape.layers, parameters: parameters.slice() }),
    )
    this.trainers = this.members.map((member, i) => {
      const trainer = new Trainer(member, trainerOptions)
      trainer.optimizerState = partOf(start.optimizerState, i, members.length)
      trainer.scheduleState = partOf(start.scheduleState, i, members.length)
      return trainer
    })
  }

  /** The number of steps that are made. */
  get done(): number {
    return this.made
  }

  /** Makes a step of each member. `complete`: it was the last one of the epoch, or a member would diverge. */
  next(): 'within' | 'complete' {
    const { x, y, fitOptions, seeds } = this.prepared
    this.made++
    try {
      this.trainers.forEach((trainer, i) => {
        const controller = new AbortController()
        trainer.partialFitSync(x, y, {
          ...fitOptions,
          seed: seeds[i],
          // The trainer counts the epochs itself once it has begun.
          ...(this.made === 1 ? { initialEpoch: this.start.epoch } : {}),
          epochs: 1,
          signal: controller.signal,
          // The first report is after the first step.
          progressEvery: 0,
          onProgress: () => controller.abort(),
        })
      })
    } catch (error) {
      if (error instanceof DivergenceError) return 'complete'
      throw error
    }
    return this.trainers.some(({ epoch }) => epoch > this.start.epoch) ? 'complete' : 'within'
  }
}

function partOf(values: Float64Array, i: number, count: number): Float64Array {
  const length = values.length / count
  return values.slice(i * length, (i + 1) * length)
}
