/** The WebAssembly module: its typed contract, and compiling it. */
import { INTERFACE_VERSION, type Names, type TableEntry } from '../addon.js'

/** What `openPlan` checks of a plan. */
export const PREDICT = 0
export const GRADIENTS = 1
export const EVALUATE = 2
export const TRAIN = 3

/** Bits of the result of `runSession`. */
export const HAS_MORE = 1
export const EPOCHS_DIFFER = 2

/**
 * The exports of the module. A pointer is a number of bytes, as an integer of 32 bits that may be negative; 0 is no array.
 * Lengths are numbers of doubles. What is wrong with a plan, and memory that cannot grow, end in a trap.
 */
export interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  interfaceVersion(): number
  /** Memory at a multiple of 16 bytes; 0 where there is none. It is the only function that may let the memory grow. */
  allocate(bytes: number): number
  release(pointer: number): void
  /** A text that ends with a byte of 0: the names of a list of LISTS, or of a table of TABLES after these. */
  names(list: number): number
  /** Such a text: why the last call ended in a trap; 0 where that is not known. */
  failure(): number
  openPlan(numbers: number, length: number, purpose: number): number
  closePlan(plan: number): void
  predictionWorkspace(plan: number): number
  predict(plan: number, rows: number, parameters: number, x: number, output: number, workspace: number): void
  gradientsWorkspace(plan: number): number
  gradients(
    plan: number,
    rows: number,
    parameters: number,
    x: number,
    dOutput: number,
    dParameters: number,
    dInputs: number,
    workspace: number,
  ): void
  evaluationWorkspace(plan: number): number
  evaluate(
    plan: number,
    parameters: number,
    x: number,
    y: number,
    sampleWeight: number,
    output: number,
    workspace: number,
  ): number
  stepEndWorkspace(plan: number): number
  applyGradients(plan: number, parameters: number, gradients: number, state: number, workspace: number): void
  metricWorkspace(code: number, rows: number, outputs: number): number
  metric(
    code: number,
    options: number,
    signs: number,
    rows: number,
    outputs: number,
    targets: number,
    predictions: number,
    workspace: number,
  ): number
  sessionWorkspace(plan: number, members: number, watch: number, watchLength: number): number
  /** `pointers` and `lengths`: of the session's arrays, as i32 and as doubles. The plan must stay open. */
  openSession(
    plan: number,
    members: number,
    encodedMembers: number,
    membersLength: number,
    watch: number,
    watchLength: number,
    pointers: number,
    lengths: number,
  ): number
  /**
   * As `run` of the Backend interface, but it may also end where members are at different epochs: EPOCHS_DIFFER. Then it must
   * be called again with the same `until` before anything reads the arrays. `continues` 1: nothing was written to the
   * arrays since the last call.
   */
  runSession(session: number, from: number, until: number, milliseconds: number, continues: number): number
  cancelSession(session: number): void
  closeSession(session: number): void
}

const LISTS = ['planFields', 'layerFields', 'tensorFields', 'watchFields', 'sessionArrays'] as const
const TABLES = ['activations', 'losses', 'optimizers', 'metrics', 'layers'] as const

/** A compiled module: WebAssembly.Module. */
export interface CompiledModule {
  readonly compiled?: never
}

/** The global object WebAssembly, in the types of any platform. */
interface Engine {
  readonly Module: new (bytes: Uint8Array | ArrayBuffer) => CompiledModule
  readonly Instance: new (module: CompiledModule, imports: object) => { readonly exports: unknown }
  compile(bytes: Uint8Array | ArrayBuffer): Promise<CompiledModule>
}

/** The engine; an error where there is none. */
export function engine(): Engine {
  const { WebAssembly } = globalThis as { WebAssembly?: Engine }
  if (WebAssembly === undefined) throw new Error('WebAssembly is disabled here.')
  return WebAssembly
}

/** A new instance, whose memory is its own. now: a monotonic clock, in milliseconds */
export function instantiate(module: CompiledModule, now: () => number = () => performance.now()): Exports {
  const { Instance } = engine()
  return new Instance(module, { env: { now } }).exports as Exports
}

/** The text at a pointer. */
export function textAt({ memory }: Pick<Exports, 'memory'>, pointer: number): string {
  const bytes = new Uint8Array(memory.buffer)
  const from = pointer >>> 0
  return String.fromCharCode(...bytes.subarray(from, bytes.indexOf(0, from)))
}

/** The names in a module's tables, after a check that it is of this version. */
export function namesOf(exports: Exports): Names {
  if (exports.interfaceVersion?.() !== INTERFACE_VERSION) throw new Error('It is of another version of lockstep-nn.')
  const list = (at: number): string[] => textAt(exports, exports.names(at)).split(',')
  const entry = (text: string): TableEntry => {
    const [name, ...options] = text.split(':')
    return { name, options }
  }
  return {
    ...Object.fromEntries(LISTS.map((name, i) => [name, list(i)])),
    ...Object.fromEntries(TABLES.map((name, i) => [name, list(LISTS.length + i).map(entry)])),
  } as unknown as Names
}
