/** Predictions from the outputs of networks. ES modules of models have the text of these functions. */
import { endsOfCount } from './count.js'
import type { Ends } from './entry.js'
import { decodeLabel, setOfLabels } from './label.js'
import { decodeNumber, endsOfNumber } from './number.js'
import { decodeOrdered, rangeOfLabels } from './ordered.js'
import type { Target, TargetType } from './targets.js'

/** How a kind of target is predicted. `units` is its number of outputs of the network. */
interface TargetDecoder<T> {
  /** Predictions of outputs [rows × units]: numbers in their own unit [rows], or probabilities [rows × labels]. */
  decode(outputs: Float64Array, target: T, units: number): Float64Array
  /** The ends of all numbers whose residual is at most `margin`; null where a prediction is no number. */
  readonly ends: ((predicted: number, margin: number, target: T) => Ends) | null
  /** The places of all labels whose residual in a row is at most `margin`; null where a prediction is a number. */
  readonly set: ((probabilities: Float64Array, row: number, labels: number, margin: number) => number[]) | null
}

/** By type of target. */
const TARGET_DECODERS: { readonly [Type in TargetType]: TargetDecoder<Extract<Target, { type: Type }>> } = {
  number: { decode: decodeNumber, ends: endsOfNumber, set: null },
  count: { decode: (outputs) => outputs, ends: endsOfCount, set: null },
  label: { decode: decodeLabel, ends: null, set: setOfLabels },
  ordered: { decode: decodeOrdered, ends: null, set: rangeOfLabels },
}

export const decoderOf = ({ type }: Target): TargetDecoder<Target> =>
  TARGET_DECODERS[type] as unknown as TargetDecoder<Target>

/** The predictions of one target: numbers in their own unit [rows], or probabilities [rows × labels]. */
export interface Decoded {
  readonly target: Target
  readonly values: Float64Array
}
