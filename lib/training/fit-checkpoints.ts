/** The checkpoints of a fit: when they are written, what they contain, and how a fit goes on from one. */
import process from 'node:process'
import {
  DONE,
  EPOCH,
  LOSS_NOT_FINITE,
  NOT_IMPROVING,
  OUTCOME_LENGTH,
  PARAMETER_NOT_FINITE,
  ROW,
  STATE_NOT_FINITE,
} from '../kernels/plan.js'
import type { CheckpointContent } from './checkpoint/content.js'
import { compareIdentity, digestPart } from './checkpoint/identity.js'
import type { CheckpointSettings } from './checkpoint/options.js'
import { type FoundCheckpoint, readCheckpoint, readCheckpointSync } from './checkpoint/read.js'
import { CheckpointWriter } from './checkpoint/write.js'
import { identityOf } from './fit-identity.js'
import type { Job } from './fit-job.js'
import { diverge, type Member, stopEarly } from './fit-members.js'
import type { FitSession } from './fit-session.js'

/** Work that a fit does synchronously or asynchronously. */
export interface EitherRequest {
  readonly kind: 'either'
  readonly sync: () => unknown
  readonly async: () => Promise<unknown>
}

/** The arrays of a session that a checkpoint has as they are. */
const SESSION_ARRAYS = [
  'parameters',
  'state',
  'currentParameters',
  'currentState',
  'best',
  'stopping',
  'plateaus',
  'position',
  'outcomes',
] as const

export class FitCheckpoints {
  // Of a fit that goes on from a checkpoint: with the parameters before its first epoch, as that checkpoint.
  private identity
  private readonly writer
  private pending: Promise<void> = Promise.resolve()
  // When the last checkpoint was written, and its position.
  private written = performance.now()
  private epoch = 0
  private row = 0

  constructor(
    private readonly job: Job,
    private readonly settings: CheckpointSettings,
  ) {
    this.identity = identityOf(job)
    this.writer = new CheckpointWriter(settings.path, settings.keep)
  }

  /** Reads the checkpoint; null where there is none. It must be of this fit. */
  load(): EitherRequest {
    const { path, keep } = this.settings
    return {
      kind: 'either',
      sync: () => this.checked(readCheckpointSync(path, keep)),
      async: async () => this.checked(await readCheckpoint(path, keep)),
    }
  }

  private checked(found: FoundCheckpoint | null): CheckpointContent | null {
    if (found === null) return null
    const { content, damaged } = found
    const { path, keep } = this.settings
    // A network that has the parameters of the checkpoint goes on too.
    const now = digestPart(this.job.values.parameters).sha256
    const isPublished = content.values.published === now
    const parameters = isPublished ? content.identity.parameters : this.identity.parameters
    const identity = { ...this.identity, parameters }
    compareIdentity(content.identity, identity, path, keep)
    this.identity = identity
    for (const { path: name, reason } of damaged) {
      process.emitWarning(`The checkpoint ${name} is damaged: ${reason}. The fit goes on from ${found.path}.`, {
        type: 'CheckpointWarning',
      })
    }
    return content
  }

  /**
   * Sets the session and the members to the content of a checkpoint.
   * @returns the epochs of the session that are done
   */
  restore({ arrays }: CheckpointContent, session: FitSession, members: readonly Member[]): number {
    const { series, failures } = this.lengths(session, members, arrays.outcomes)
    for (const name of SESSION_ARRAYS) this.require(arrays, name, session.arrays[name].length)
    this.require(arrays, 'series', series)
    this.require(arrays, 'failures', failures)
    const [epoch, row] = arrays.position
    const { plan } = session
    const inEpoch = row === 0 || (row % plan.batchSize === 0 && row < plan.epochRows && members.length === 1)
    if (!(isCount(epoch, plan.epochs) && isCount(row, plan.rows) && inEpoch)) this.refuse('position', 'no position')
    for (const name of SESSION_ARRAYS) session.arrays[name].set(arrays[name])
    let at = 0
    members.forEach((member, i) => {
      const { epochs, status } = session.outcome(i)
      member.series.append(epochs, () => {
        at += epochs
        return arrays.series.slice(at - epochs, at)
      })
      const [loss, rate] = arrays.failures.subarray(2 * i)
      member.rate = rate
      if (status === NOT_IMPROVING) stopEarly(this.job, session, member, i)
      else if (status !== DONE) {
        member.failure = { loss, rate }
        diverge(this.job, session, member, i)
      }
    })
    this.epoch = epoch
    this.row = row
    this.written = performance.now()
    return members.reduce((last, { series }) => Math.max(last, series.done), 0)
  }

  /** The lengths of the arrays that are not the session's. */
  private lengths(session: FitSession, members: readonly Member[], outcomes: Float64Array | undefined) {
    this.require({ outcomes: outcomes as Float64Array }, 'outcomes', members.length * OUTCOME_LENGTH)
    let series = 0
    members.forEach((_, i) => {
      const epochs = (outcomes as Float64Array)[i * OUTCOME_LENGTH]
      const [, status, parameter] = (outcomes as Float64Array).subarray(i * OUTCOME_LENGTH)
      const known = STATUSES.includes(status) && isCount(parameter + 1, session.plan.parameterCount)
      if (!known || !isCount(epochs, session.plan.epochs)) this.refuse('outcomes', 'no outcome of a training')
      series += epochs * session.names.length
    })
    return { series, failures: 2 * members.length }
  }

  private require(arrays: Readonly<Record<string, Float64Array>>, name: string, length: number): void {
    const found = Object.hasOwn(arrays, name) ? arrays[name]?.length : undefined
    if (found !== length) this.refuse(name, `${found ?? 'no'} values where this fit has ${length}`)
  }

  private refuse(name: string, what: string): never {
    throw new Error(
      `The checkpoint ${this.settings.path} has ${what} in ${name}: it was not written by this library. ` +
        'Delete it to train from the beginning. Nothing was changed.',
    )
  }

  /** The epoch of the session up to which a run may go. */
  nextEpoch(epoch: number): number {
    const { everyEpochs } = this.settings
    return everyEpochs === null ? Infinity : Math.max(this.epoch + everyEpochs, epoch + 1)
  }

  /** For how many milliseconds a run may go on. */
  milliseconds(): number {
    const { everySeconds } = this.settings
    return everySeconds === null ? Infinity : Math.max(this.written + 1000 * everySeconds - performance.now(), 0)
  }

  /** Whether it is time for a checkpoint, and the session has trained since the last one. */
  isDue({ arrays: { position } }: FitSession): boolean {
    const { everyEpochs } = this.settings
    const [epoch, row] = position
    if (epoch === this.epoch && row === this.row) return false
    return (everyEpochs !== null && epoch >= this.epoch + everyEpochs) || this.milliseconds() === 0
  }

  /** What is written: copies. */
  content(session: FitSession, members: readonly Member[]): CheckpointContent {
    const copies = SESSION_ARRAYS.map((name) => [name, session.arrays[name].slice()] as const)
    const series = members.flatMap((member) => session.names.map((name) => member.series.all(name)))
    const length = series.reduce((sum, one) => sum + one.length, 0)
    const all = new Float64Array(length)
    let at = 0
    for (const one of series) {
      all.set(one, at)
      at += one.length
    }
    const failures = Float64Array.from(
      members.flatMap(({ failure, rate }) => [failure?.loss ?? 0, failure?.rate ?? rate]),
    )
    return {
      identity: this.identity,
      values: { published: '' },
      arrays: { ...Object.fromEntries(copies), series: all, failures },
    }
  }

  /** The last content of a fit, with the digest of the parameters that the network gets. */
  published(content: CheckpointContent, session: FitSession): CheckpointContent {
    // Only one network stops within an epoch.
    const restored = session.restoresBest && session.best(0).epoch !== null
    const parameters =
      !restored && session.interruption() !== null ? session.arrays.currentParameters : session.arrays.parameters
    return { ...content, values: { ...content.values, published: digestPart(parameters).sha256 } }
  }

  /** Writes a checkpoint. An asynchronous fit goes on meanwhile; it waits for the one before. */
  save(content: CheckpointContent): EitherRequest {
    this.written = performance.now()
    this.epoch = content.arrays.position[EPOCH]
    this.row = content.arrays.position[ROW]
    return {
      kind: 'either',
      sync: () => this.writer.writeSync(content),
      async: async () => {
        await this.pending
        this.pending = this.writer.write(content)
        // Reported by the next save.
        this.pending.catch(() => {})
      },
    }
  }

  /** Waits for the last write. */
  flush(): EitherRequest {
    return { kind: 'either', sync: () => {}, async: () => this.pending }
  }

  /** Waits for the last write of a fit that has failed, however it ends: the next fit may have the same path. */
  settle(): EitherRequest {
    return { kind: 'either', sync: () => {}, async: () => this.pending.catch(() => {}) }
  }
}

const STATUSES = [DONE, LOSS_NOT_FINITE, PARAMETER_NOT_FINITE, STATE_NOT_FINITE, NOT_IMPROVING]

const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most
