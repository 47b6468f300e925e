/** Wrong calls, and values to make them with. */
import { Ensemble, Network, type NetworkOptions } from 'lockstep-nn'
import { sameBits } from './bits.js'

export interface WrongCall {
  readonly title: string
  /** A network that suits the call; a plain one where nothing is given. */
  readonly network?: () => Network
  call(network: Network): unknown
  readonly error: 'TypeError' | 'RangeError' | 'Error'
  readonly message: string
}

/** Wrong options with their error. */
export type OptionRow = readonly [title: string, options: unknown, error: 'TypeError' | 'RangeError', message: string]

/** A network of 9 + 8 parameters with two inputs and two outputs. */
export const newNetwork = (options: Partial<NetworkOptions> = {}): Network =>
  new Network({ inputs: 2, layers: [{ units: 3, activation: 'tanh' }, { units: 2 }], seed: 1, ...options })

/** The options of an ensemble of three such networks. */
export const ENSEMBLE = {
  inputs: 2,
  layers: [{ units: 3, activation: 'tanh' } as const, { units: 2 }],
  seeds: [1, 2, 3],
}

/** A call with such an ensemble, which must not change its parameters. */
export const aboutEnsemble = (
  title: string,
  call: (ensemble: Ensemble) => unknown,
  error: WrongCall['error'],
  message: string,
): WrongCall => ({
  title: `an ensemble: ${title}`,
  call: async () => {
    const ensemble = new Ensemble(ENSEMBLE)
    const before = ensemble.parameters.slice()
    try {
      await call(ensemble)
    } finally {
      sameBits(ensemble.parameters, before, 'parameters')
    }
  },
  error,
  message,
})

/** Transfers the buffer of an array, as posting it to a worker does. */
export function detach<T extends Float64Array>(array: T): T {
  structuredClone(array, { transfer: [array.buffer as ArrayBuffer] })
  return array
}

export const detached = (length: number): Float64Array => detach(new Float64Array(length))

type Resizable = ArrayBuffer & { resize(bytes: number): void }
const ResizableBuffer = ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => Resizable
const GrowableBuffer = SharedArrayBuffer as unknown as new (
  bytes: number,
  options: { maxByteLength: number },
) => SharedArrayBuffer

export const resizable = (length: number): Float64Array =>
  new Float64Array(new ResizableBuffer(8 * length, { maxByteLength: 16 * length }))

export const growable = (length: number): Float64Array =>
  new Float64Array(new GrowableBuffer(8 * length, { maxByteLength: 16 * length }))

/** An array of this length whose buffer has shrunk under it. */
export function outOfBounds(length: number): Float64Array {
  const buffer = new ResizableBuffer(8 * length + 8, { maxByteLength: 16 * length + 8 })
  const array = new Float64Array(buffer, 8, length)
  buffer.resize(8)
  return array
}

/** The library's error for such arrays. */
export const TRANSFERRED = 'a Float64Array of length 0. Its ArrayBuffer was transferred.'
export const RESIZABLE = 'a resizable one. Copy it with Float64Array.from().'
export const CONVERT = 'Convert it with Float64Array.from().'
