/** The arrays of a session in the memory of an instance: what is copied before and after a run. */
import { wrongSize } from '../../checks/errors.js'
import { EPOCH, OUTCOME_LENGTH, ROW, type SessionArrays, seriesCount } from '../../kernels/plan.js'
import type { SessionCall } from '../backend.js'
import { type Area, areaLength } from './instance.js'

type Name = keyof SessionArrays
type ByName = Readonly<Record<Name, number>>

/** Only read. */
const SAMPLES: readonly Name[] = [
  'x',
  'y',
  'sampleWeight',
  'labels',
  'validationX',
  'validationY',
  'validationWeight',
  'validationLabels',
]
/** Read and written by each run. */
const VALUES: readonly Name[] = ['parameters', 'state', 'best', 'stopping', 'plateaus', 'position', 'outcomes']
/** The same where the position is within an epoch; elsewhere their contents do not matter. */
const CURRENT: readonly Name[] = ['currentParameters', 'currentState']

/** Where the copies of a session's arrays are in an area, in doubles from its beginning. */
export interface Layout {
  readonly offsets: ByName
  readonly lengths: ByName
  readonly total: number
}

/** names: of all arrays of a session; workspace: its length */
export function layoutOf(names: readonly Name[], arrays: SessionArrays, workspace: number): Layout {
  const offsets = {} as Record<Name, number>
  const lengths = {} as Record<Name, number>
  let total = 0
  for (const name of names) {
    lengths[name] = name === 'workspace' ? workspace : arrays[name].length
    // Where a loss takes the targets as metrics do, both are one array.
    const twin = TWINS[name]
    const isCopied = twin !== undefined && offsets[twin] !== undefined && areSame(arrays[name], arrays[twin])
    offsets[name] = isCopied ? offsets[twin] : total
    if (!isCopied) total += areaLength(lengths[name])
  }
  return { offsets, lengths, total }
}

const TWINS: { readonly [Of in Name]?: Name } = { labels: 'y', validationLabels: 'validationY' }

const areSame = (a: Float64Array, b: Float64Array): boolean =>
  a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length

/**
 * The copies of a session's arrays. The caller's arrays hold the values between two runs: what may have changed is copied
 * to the memory before a run, and what the run may have written is copied back after it.
 */
export class SessionMemory {
  private readonly arrays: SessionArrays
  private readonly fixedSamples: boolean
  private readonly start: number
  /** The number of series of all members, and their length. */
  private readonly seriesCount: number
  private readonly chunk: number
  private hasSamples = false
  // Of the current run: the epoch of the first entry of the series, and the entries that it may write.
  private from = 0
  private first = 0
  private last = 0

  constructor(
    { arrays, members, watch, fixedSamples = false }: SessionCall,
    private readonly area: Area,
    private readonly layout: Layout,
  ) {
    this.arrays = arrays
    this.fixedSamples = fixedSamples
    this.start = area.reserve(layout.total)
    this.seriesCount = members.count * seriesCount(watch)
    this.chunk = arrays.series.length / this.seriesCount
  }

  /** The address of a copy, in doubles. */
  address(name: Name): number {
    return this.start + this.layout.offsets[name]
  }

  length(name: Name): number {
    return this.layout.lengths[name]
  }

  /** Before a run up to epoch `until`, whose series begin with epoch `from`. */
  copyIn(from: number, until: number): void {
    this.requireLengths()
    const { position } = this.arrays
    this.from = from
    this.first = position[EPOCH] - from
    this.last = Math.min(until - from, this.chunk)
    for (const name of VALUES) this.write(name)
    this.write('rateFactors')
    if (position[ROW] > 0) for (const name of CURRENT) this.write(name)
    if (!this.hasSamples || !this.fixedSamples) for (const name of SAMPLES) this.write(name)
    this.hasSamples = true
    const { values } = this.area.instance
    // Members that have stopped leave their entries as they are.
    this.eachSeries(this.last, (own, at) => values.set(own, at))
  }

  /** After a run. */
  copyOut(): void {
    for (const name of VALUES) this.read(name)
    const { position, outcomes } = this.arrays
    if (position[ROW] > 0) for (const name of CURRENT) this.read(name)
    let epochs = 0
    for (let i = 0; i < outcomes.length; i += OUTCOME_LENGTH) epochs = Math.max(epochs, outcomes[i])
    // The series have the loss of an epoch that has failed, too.
    const last = Math.min(this.last, epochs + 1 - this.from)
    this.eachSeries(last, (own, at) => this.area.instance.read(at, own))
  }

  /** Calls a function with the entries from `first` to before `last` of each series, and the address of their copy. */
  private eachSeries(last: number, copy: (own: Float64Array, at: number) => void): void {
    const { arrays, chunk, first } = this
    const at = this.address('series')
    if (first === 0 && last === chunk) {
      copy(arrays.series, at)
      return
    }
    if (last <= first) return
    for (let i = 0; i < this.seriesCount; i++) {
      copy(arrays.series.subarray(i * chunk + first, i * chunk + last), at + i * chunk + first)
    }
  }

  private write(name: Name): void {
    if (this.length(name) > 0) this.area.instance.values.set(this.arrays[name], this.address(name))
  }

  private read(name: Name): void {
    if (this.length(name) > 0) this.area.instance.read(this.address(name), this.arrays[name])
  }

  /** An array of a buffer that was transferred has length 0. */
  private requireLengths(): void {
    for (const name of this.area.instance.names.sessionArrays) {
      const { length } = this.arrays[name]
      if (name === 'workspace' || length === this.length(name)) continue
      throw wrongSize(
        `a buffer of ${this.length(name)} numbers, as when the session was opened,`,
        name,
        `one of ${length}`,
        'Do not transfer or resize it while the session is open.',
      )
    }
  }
}
