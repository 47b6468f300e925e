/** The addon: its typed contract, and loading it. */
import { environmentVariable, openAddon, PLATFORM } from '#platform'
import { wrongType, wrongValue } from '../checks/errors.js'
import { shared } from '../checks/shared.js'
import { VERSION } from '../checks/version.js'
import type { SessionArrays } from '../kernels/plan.js'
import type { AddonFile } from '../platform/platform.js'
import type { Gradients, Predictor } from './backend.js'
import type { Fields } from './encode.js'

/** A kernel set; the addon's list has the best first. */
export interface KernelSet {
  readonly name: string
  readonly available: boolean
  /** Why it is not available; empty where it is. */
  readonly reason: string
}

/** An entry of one of the addon's tables. A test compares it with the TypeScript table. */
export interface TableEntry {
  readonly name: string
  readonly options: readonly string[]
}

/** A session of the addon. It holds on to its arrays until it is closed. */
export interface SessionHandle {
  readonly session: never
}

/**
 * What a session is made of, for at most `threads` threads. `members` is their number, or an array that holds for each
 * member the low and the high word of its seed, then its optimizer options; an array of length 0 is one member with those
 * of the plan. `watch` has the values of `watchFields`, then for each metric its code and its options; of length 0:
 * nothing is computed after an epoch.
 */
type SessionShapeArguments<Members> = readonly [
  set: number,
  plan: Float64Array,
  members: Members,
  threads: number,
  watch: Float64Array,
]

/** The names of the fields, arrays and tables that the addon and the WebAssembly module have, in their order. */
export interface Names extends Fields {
  /** The names of a session's arrays, in the order of `openSession`. */
  readonly sessionArrays: readonly (keyof SessionArrays)[]
  readonly activations: readonly TableEntry[]
  readonly losses: readonly TableEntry[]
  readonly metrics: readonly TableEntry[]
  readonly optimizers: readonly TableEntry[]
  readonly layers: readonly TableEntry[]
}

/**
 * The exports of the addon. A plan is one Float64Array, as encode.ts writes it: the values of `planFields`; then for each
 * layer those of `layerFields`, the layers that it reads, its activation's options, its own options, and those of
 * `tensorFields` for each tensor; then the options of the loss and of the optimizer. `set` is an index into `kernelSets`.
 * Every call checks every length again and throws a TypeError or RangeError; none reads past an array.
 */
export interface Addon extends Names {
  readonly interfaceVersion: number
  readonly kernelSets: readonly KernelSet[]
  /** Does nothing: measures the cost of a call, for `npm run bench:predict`. */
  nothing(...given: readonly unknown[]): void
  /** The number of slots of `predictor`, and of `gradients`. */
  readonly predictorSlots: number
  /**
   * The function of a slot. It predicts by this plan, for any number of rows, until the slot is reused. It keeps the
   * decoded plan and a workspace, so that a call costs little more than its arithmetic. Each call checks the lengths of
   * its arrays, and that `output` does not overlap the others.
   */
  predictor(set: number, plan: Float64Array, slot: number): Predictor
  /**
   * The function of a prepared slot for a single row: its inputs are the first values of `memory`, and it writes the outputs
   * after them. `memory` must be shared memory, which no code can transfer or shrink; the addon keeps it and its address.
   * Otherwise, or where the row is longer: undefined. Each time a slot is prepared it must be called again.
   */
  rowPredictor(slot: number, memory: Float64Array): ((parameters: Float64Array) => void) | undefined
  /**
   * The same for gradients, of the tensors that the plan trains: those of all others are 0. An array of length 0 instead
   * of one of gradients leaves these out.
   */
  gradients(set: number, plan: Float64Array, slot: number): Gradients
  /**
   * Predicts with `members` networks of one shape on at most `threads` threads. parameters: [members × parameters of
   * one], x: [rows × inputs] with the rows of the plan, output: [members × rows × outputs]. The arrays must stay attached
   * until the promise settles. Any value but 0 in `cancelled`, of one element, ends the call early.
   */
  predictAsync(
    set: number,
    plan: Float64Array,
    members: number,
    threads: number,
    parameters: Float64Array,
    x: Float64Array,
    output: Float64Array,
    cancelled: Int32Array,
  ): Promise<void>
  stepEndWorkspace(set: number, plan: Float64Array): number
  /** The end of one training step, in place. */
  applyGradients(
    set: number,
    plan: Float64Array,
    parameters: Float64Array,
    gradients: Float64Array,
    state: Float64Array,
    workspace: Float64Array,
  ): void
  evaluationWorkspace(set: number, plan: Float64Array): number
  /** How many of these threads can share the training of this number of members. */
  usableThreads(set: number, plan: Float64Array, members: number, threads: number): number
  /** How many of these threads speed up the training of this number of members. */
  usefulThreads(set: number, plan: Float64Array, members: number, threads: number): number
  sessionWorkspace(...given: SessionShapeArguments<number>): number
  evaluate(
    set: number,
    plan: Float64Array,
    parameters: Float64Array,
    x: Float64Array,
    y: Float64Array,
    sampleWeight: Float64Array,
    output: Float64Array,
    workspace: Float64Array,
  ): number
  metricWorkspace(set: number, code: number, rows: number, outputs: number): number
  /** `signs`: 1 if the classes of an output are -1 and 1, otherwise 0. `options`: any numbers, as many as the table has. */
  metric(
    set: number,
    code: number,
    options: Float64Array,
    signs: number,
    rows: number,
    outputs: number,
    targets: Float64Array,
    predictions: Float64Array,
    workspace: Float64Array,
  ): number
  /** The arrays stay in use, at their addresses, until the session is closed. */
  openSession(
    ...given: readonly [...SessionShapeArguments<Float64Array>, arrays: readonly Float64Array[]]
  ): SessionHandle
  /** As `run` of the Backend interface. Each call checks the arrays, the position and the outcomes again. */
  runSession(session: SessionHandle, from: number, until: number, milliseconds: number): boolean
  /** As `runAsync`. The arrays must stay attached and untouched until the promise settles. */
  runSessionAsync(session: SessionHandle, from: number, until: number, milliseconds: number): Promise<boolean>
  /** Ends a run that is going on, within a block of rows; later runs do nothing. */
  cancelSession(session: SessionHandle): void
  /** Frees what the session holds at once. It must not be running. */
  closeSession(session: SessionHandle): void
  /** The number of threads in the addon's pool. */
  poolThreads(): number
  /** The number of the addon's threads for asynchronous calls. */
  queueThreads(): number
}

// All kernel sets, so that a misspelling is found where the addon did not load.
const ALL_SETS = ['avx512', 'avx2', 'sse2', 'neon', 'scalar']

// kInterfaceVersion of native/codec/numbers.h.
export const INTERFACE_VERSION = 5

interface NativeState {
  addon: Addon | null
  /** Why the addon did not load; empty before. */
  failure: string
  /** Whether a backend holds the addon, which then stays the same. */
  isUsed: boolean
}

const state = shared('addon', (): NativeState => ({ addon: null, failure: '', isUsed: false }))

/** Loads the addon in the first call; null where that fails. */
export function loadAddon(): Addon | null {
  if (state.addon === null && state.failure === '') {
    const path = environmentVariable('LOCKSTEP_ADDON') ?? ''
    const opened = open(path === '' ? null : path)
    if (!('reason' in opened)) state.addon = opened.addon
    else if (path === '') state.failure = opened.reason
    else {
      state.failure = `LOCKSTEP_ADDON=${opened.reason} Set LOCKSTEP_ADDON to the path of a lockstep_nn.node, or do not set it.`
    }
  }
  return state.addon
}

/** The addon, for a backend; from here on `useAddon` refuses another one. */
export function usedAddon(): Addon {
  state.isUsed = true
  return loadAddon() as Addon
}

function open(file: AddonFile | null): { readonly addon: Addon } | { readonly reason: string } {
  const opened = openAddon(file)
  if ('reason' in opened) return opened
  if (isCurrent(opened.addon)) return { addon: opened.addon }
  const why = isAddon(opened.addon) ? OTHER_VERSION : 'it is not an addon of lockstep-nn'
  const name = file === null ? 'the native binary' : typeof file === 'string' ? file : file.href
  return { reason: `${name} could not be loaded (${why}).${file === null ? ` ${REBUILD}` : ''}` }
}

const OTHER_VERSION = 'it is of another version of lockstep-nn'
const REBUILD = 'Reinstall lockstep-nn, or build it again in a checkout with "npm run build".'

const isCurrent = (given: unknown): given is Addon => (given as Addon | null)?.interfaceVersion === INTERFACE_VERSION

/** Whether a value has the form of the addon's exports, of any version. */
const isAddon = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && Array.isArray((given as Addon).kernelSets)

const isFile = (given: unknown): given is AddonFile =>
  typeof given === 'string' || typeof (given as { href?: unknown } | null)?.href === 'string'

/**
 * Uses this addon instead of the one that the library finds by itself: where a bundler moved the package's files, or for
 * another build. It has precedence over `LOCKSTEP_ADDON`. Call it before the first training or prediction. A second call
 * with the same addon does nothing.
 * @param addon what a lockstep_nn.node exports, or the path or URL of such a file; a path is relative to the current folder
 * @throws TypeError for anything else
 * @throws RangeError for an empty path, and for a URL that is not of a file
 * @throws Error for a file that does not load, for an addon of another version, and where another addon is in use
 */
export function useAddon(addon: object | string): void {
  if (!isFile(addon) && !isAddon(addon)) {
    throw wrongType('the addon of lockstep-nn, or the path of its file,', 'addon', addon)
  }
  if (addon === '') throw wrongValue('the path of a file', 'addon', addon)
  if (isFile(addon)) requireFileUrl(addon)
  const given = isFile(addon) ? fromFile(addon) : addon
  if (!isCurrent(given)) {
    const remedy = `Use the lockstep_nn.node of lockstep-nn ${VERSION}.`
    throw new Error(`useAddon cannot use this addon: ${OTHER_VERSION}. ${remedy}`)
  }
  if (state.addon === given) return
  if (state.isUsed) {
    throw new Error(
      'useAddon cannot change the addon: another one is in use. Call useAddon before the first training or prediction.',
    )
  }
  state.addon = given
  state.failure = ''
}

/** Refuses a URL that is not of a file, as an object or as text. A path such as C:\\addon.node is none. */
function requireFileUrl(file: AddonFile): void {
  const address = typeof file === 'string' ? file : file.href
  const isUrl = typeof file !== 'string' || /^[a-z][a-z0-9+.-]+:\/\//i.test(address)
  if (isUrl && !/^file:/i.test(address)) throw wrongValue('a URL that begins with file:', 'addon', address)
}

function fromFile(file: AddonFile): Addon {
  const opened = open(file)
  if (!('reason' in opened)) return opened.addon
  throw new Error(`useAddon: ${opened.reason} Give the path of a lockstep_nn.node of lockstep-nn ${VERSION}.`)
}

/** Why the addon did not load, or what it lacks. */
export function nativeLoadFailure(): string {
  return loadAddon() === null ? state.failure : 'it has no kernel set for this processor.'
}

/** Every kernel set, whether it can run here, and why not. */
export function nativeKernelSets(): readonly KernelSet[] {
  const loaded = loadAddon()
  const known = loaded?.kernelSets ?? []
  const others = ALL_SETS.filter((name) => !known.some((set) => set.name === name)).map((name) => ({
    name,
    available: false,
    reason: loaded === null ? state.failure : `this binary is for ${PLATFORM} and has no such kernel set.`,
  }))
  return [...known, ...others]
}
