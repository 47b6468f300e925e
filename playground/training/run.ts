/** A training that goes on epoch by epoch, or step by step. It runs in the Worker and in Node.js, to the same bits. */
import { DivergenceError, type Ensemble, type History, type Network, Trainer, type TrainerOptions } from 'lockstep-nn'
import { LossSeries, spreadOf } from './loss-series.js'
import { fitSeed, membersOf, newModel, type Prepared } from './prepare.js'
import { Steps } from './steps.js'

type Model = Network | Ensemble

/** The values after whole epochs: all that decides how the training continues. */
interface State {
  readonly epoch: number
  readonly parameters: Float64Array
  readonly optimizerState: Float64Array
  readonly scheduleState: Float64Array
}

/**
 * The training of one model. It only ever has whole epochs: the steps within an epoch are made by copies, which are
 * shown until the epoch is complete. Where a member diverges, the run ends after the last epoch that is finite for all
 * members, so that the number of epochs alone decides the bits.
 */
export class Run {
  readonly model: Model
  private readonly trainer: Trainer<Model>
  private readonly losses = new LossSeries()
  private steps: Steps | null = null
  private done = 0
  private ending: string | null = null

  constructor(readonly prepared: Prepared) {
    this.model = newModel(prepared)
    this.trainer = new Trainer<Model>(this.model, prepared.trainerOptions as TrainerOptions<Model>)
  }

  /** The number of whole epochs. */
  get epoch(): number {
    return this.done
  }

  /** The number of steps that are made within the epoch. */
  get step(): number {
    return this.steps?.done ?? 0
  }

  /** Why the run has ended, as a sentence; null while it can go on. */
  get ended(): string | null {
    return this.ending
  }

  get backend(): { readonly name: string; readonly reason: string } {
    return this.trainer.backend
  }

  /** The networks to show: those of the whole epochs, or within an epoch the copies. */
  get members(): readonly Network[] {
    return this.steps?.members ?? membersOf(this.model)
  }

  get lossSeries() {
    return this.losses.all()
  }

  /** Trains this many epochs, or fewer if a member diverges. Steps within an epoch are part of the first one. */
  trainEpochs(epochs: number): void {
    this.steps = null
    if (this.ending !== null) return
    const before = this.state()
    const { histories, divergence } = this.fit(epochs)
    if (divergence === null) {
      this.append(histories)
      return
    }
    this.ending = divergence.message
    this.restore(before)
    const finite = divergence.epoch - before.epoch
    if (finite > 0) this.append(this.fit(finite).histories)
  }

  /** Makes one step of the optimizer. The last step of an epoch completes it. */
  trainStep(): void {
    if (this.ending !== null) return
    this.steps ??= new Steps(this.prepared, membersOf(this.model), this.state())
    if (this.steps.next() === 'complete') this.trainEpochs(1)
  }

  /** The digest after the whole epochs. */
  digest(): string {
    return this.model.digest()
  }

  private fit(epochs: number): { histories: readonly History[]; divergence: DivergenceError | null } {
    const { x, y, fitOptions } = this.prepared
    const options = { ...fitOptions, seed: fitSeed(this.prepared), initialEpoch: this.done, epochs }
    try {
      const fitted = this.trainer.partialFitSync(x, y, options as object)
      const results = 'members' in fitted ? fitted.members : [fitted]
      const failures = results.filter((one) => one instanceof DivergenceError)
      if (failures.length === 0) return { histories: results as History[], divergence: null }
      return { histories: [], divergence: firstOf(failures) }
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error
      return { histories: [], divergence: error }
    }
  }

  /** Takes the losses of a fit that all members have finished. */
  private append(histories: readonly History[]): void {
    const [{ epochs, validationLoss }] = histories
    for (let i = 0; i < epochs; i++) {
      const epoch = this.done + i + 1
      if (i < epochs - 1 && !this.losses.isKept(epoch)) continue
      const validation =
        validationLoss === undefined ? null : spreadOf(histories.map((one) => (one.validationLoss as Float64Array)[i]))
      this.losses.add({ epoch, training: spreadOf(histories.map(({ loss }) => loss[i])), validation })
    }
    this.done += epochs
  }

  private state(): State {
    const { optimizerState, scheduleState } = this.trainer
    return { epoch: this.done, parameters: this.model.parameters.slice(), optimizerState, scheduleState }
  }

  private restore({ epoch, parameters, optimizerState, scheduleState }: State): void {
    this.model.parameters.set(parameters)
    this.trainer.optimizerState = optimizerState
    this.trainer.scheduleState = scheduleState
    this.done = epoch
  }
}

/** The failure of the earliest epoch. */
const firstOf = (failures: readonly DivergenceError[]): DivergenceError =>
  failures.reduce((first, one) => (one.epoch < first.epoch ? one : first))
