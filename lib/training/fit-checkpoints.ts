/** The checkpoints of a fit: when they are written, what they contain, and how a fit goes on from one. */
import { emitWarning } from '../files/file-system.js'
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
import type { CheckpointContent, DigestPart, Identity } from './checkpoint/content.js'
import { compareIdentity, digestPart } from './checkpoint/identity.js'
import type { CheckpointSettings } from './checkpoint/options.js'
import { type FoundCheckpoint, readCheckpoint, readCheckpointSync } from './checkpoint/read.js'
import { CheckpointWriter } from './checkpoint/write.js'
import { identityOf } from './fit-identity.js'
import type { Job, MemberArrays } from './fit-job.js'
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
  // With what the fit began, in whichever process that was.
  private identity: Identity
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
    this.identity = { ...this.identity, ...this.continued(content) }
    compareIdentity(content.identity, this.identity, path, keep)
    for (const { path: name, reason } of damaged) {
      const message = `The checkpoint ${name} is damaged: ${reason}. The fit goes on from ${found.path}.`
      emitWarning(message, 'CheckpointWarning')
    }
    return content
  }

  /**
   * A network and a trainer that a fit has ended with continue too: what they have then counts as what they began with.
   */
  private continued({ identity, values }: CheckpointContent): Identity {
    const isLeft = (name: string) => {
      const part = this.identity[name] as DigestPart
      return values[`left.${name}`] === part.sha256
    }
    return Object.fromEntries(LEFT.filter(isLeft).map((name) => [name, identity[name]]))
  }

  /**
   * Sets the session and the members to the content of a checkpoint.
   * @returns the epochs of the session that are done
   */
  restore({ arrays }: CheckpointContent, session: FitSession, members: readonly Member[]): number {
    for (const name of SESSION_ARRAYS) this.require(arrays, name, session.arrays[name].length)
    this.requirePosition(arrays.position, session, members.length)
    this.requireOutcomes(arrays, session, members)
    const [epoch, row] = arrays.position
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

  /** A session addresses its arrays by the position and the outcomes. */
  private requirePosition([epoch, row]: Float64Array, { plan }: FitSession, members: number): void {
    const { epochs, batchSize, stepsPerEpoch } = plan
    const lastRow = members === 1 && epoch < epochs ? (stepsPerEpoch - 1) * batchSize : 0
    if (isCount(epoch, epochs) && isCount(row, lastRow) && row % batchSize === 0) return
    this.refuse('position', 'a position between no two steps of this fit')
  }

  private requireOutcomes(arrays: CheckpointContent['arrays'], session: FitSession, members: readonly Member[]): void {
    const { outcomes, position } = arrays
    const [last] = position
    let epochs = 0
    members.forEach((_, i) => {
      const [done, status, parameter] = outcomes.subarray(i * OUTCOME_LENGTH)
      // A member that is still trained is at the position.
      const isReached = status === DONE ? done === last : isCount(done, last)
      const isStatus = STATUSES.includes(status) && (status !== NOT_IMPROVING || arrays.stopping.length > 0)
      const isParameter = isCount(parameter + 1, session.plan.parameterCount)
      if (!(isReached && isStatus && isParameter)) this.refuse('outcomes', 'no outcome of this fit')
      epochs += done
    })
    this.require(arrays, 'series', epochs * session.names.length)
    this.require(arrays, 'failures', 2 * members.length)
  }

  private require(arrays: Readonly<Record<string, Float64Array>>, name: string, length: number): void {
    const found = Object.hasOwn(arrays, name) ? arrays[name]?.length : undefined
    if (found !== length) this.refuse(name, `${found ?? 'no'} values in place of ${length}`)
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
      values: {},
      arrays: { ...Object.fromEntries(copies), series: all, failures },
    }
  }

  /** The last content of a fit, with the digests of what the network and the trainer are left with. */
  left(content: CheckpointContent, { parameters, state }: MemberArrays): CheckpointContent {
    const parts = { parameters, optimizerState: state, scheduleState: this.job.scheduleState }
    const digests = Object.entries(parts).map(([name, part]) => [`left.${name}`, digestPart(part).sha256])
    return { ...content, values: Object.fromEntries(digests) }
  }

  /** Whether the last content of a fit is not that of the file from which it began. */
  isNews(last: CheckpointContent, found: CheckpointContent | null): boolean {
    const [epoch, row] = last.arrays.position
    if (found === null) return epoch > 0 || row > 0
    const isSamePosition = found.arrays.position[EPOCH] === epoch && found.arrays.position[ROW] === row
    return !isSamePosition || Object.entries(last.values).some(([name, value]) => found.values[name] !== value)
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

  /** Waits for the last write, and reports whether it failed. */
  flush(): EitherRequest {
    return { kind: 'either', sync: () => {}, async: () => this.pending }
  }

  /** Waits for the last write of a fit that has failed already: nothing is written after its end. */
  settle(): EitherRequest {
    return { kind: 'either', sync: () => {}, async: () => this.pending.catch(() => {}) }
  }
}

/** `#checkpoints` of package.json is this function, or that of no-checkpoints.ts where there are no files. */
export const openCheckpoints = (job: Job, settings: CheckpointSettings): FitCheckpoints =>
  new FitCheckpoints(job, settings)

/** The parts of the identity that a fit changes. */
const LEFT = ['parameters', 'optimizerState', 'scheduleState'] as const

const STATUSES = [DONE, LOSS_NOT_FINITE, PARAMETER_NOT_FINITE, STATE_NOT_FINITE, NOT_IMPROVING]

const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most
