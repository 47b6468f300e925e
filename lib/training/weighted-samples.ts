/** Samples with their weights, and the options of a fit that contain them. */
import type { FitOptions } from './fit-options.js'

export interface WeightedSamples {
  /** [rows × inputs] */
  readonly x: Float64Array
  /** [rows × outputs], or class numbers [rows]. */
  readonly y: Float64Array
  /** [rows], or null: all are 1. */
  readonly sampleWeight: Float64Array | null
}

/**
 * The options `sampleWeight` and `validationData` of a fit. `x` and `y` of the training samples are its arguments.
 * @param validation null: there is none
 */
export function sampleOptions(
  { sampleWeight }: WeightedSamples,
  validation: WeightedSamples | null,
): Pick<FitOptions, 'sampleWeight' | 'validationData'> {
  return {
    ...weightOption(sampleWeight),
    ...(validation === null
      ? {}
      : { validationData: { x: validation.x, y: validation.y, ...weightOption(validation.sampleWeight) } }),
  }
}

const weightOption = (sampleWeight: Float64Array | null): { sampleWeight?: Float64Array } =>
  sampleWeight === null ? {} : { sampleWeight }
