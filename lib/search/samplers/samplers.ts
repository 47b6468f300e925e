/** The table of samplers, and the choice of one. */
import { type Choice, Registry } from '../../checks/registry.js'
import type { ForeignNames } from '../../checks/validate.js'
import { type OptionRecord, optionRecord } from '../space/option-record.js'
import type { Draw, Space } from '../space/trial.js'
import { grid } from './grid.js'
import { random } from './random.js'
import type { Sampler, SamplerContext } from './sampler.js'
import { sobol } from './sobol.js'
import { tpe } from './tpe.js'

/** By name. */
export const samplers = { grid, random, sobol, tpe }

export type SamplerName = keyof typeof samplers
/** A sampler's name, or its name with options: `{ name: 'tpe', startup: 20 }`. */
export type SamplerOption = SamplerName | Choice<typeof samplers>

export interface ChosenSampler {
  readonly name: SamplerName
  /** All options, with defaults for those that were not given. */
  readonly options: OptionRecord
  /** Whether the draws depend on earlier trials. */
  readonly learns: boolean
  /** A good number of trials in a batch for a study of `trials` trials. */
  usualBatch(trials: number): number
  /**
   * The number of trials that the sampler has in this space: of `grid` all points; Infinity where there is no limit.
   */
  size(space: Space): number
  /** The draws of trials `first` … `first + count - 1`. */
  draws(context: SamplerContext): Draw[]
}

/** Other libraries' names, in normal form. */
const FOREIGN: ForeignNames = {
  gridsampler: ['grid'],
  gridsearch: ['grid'],
  gridsearchcv: ['grid'],
  randomsampler: ['random'],
  randomsearch: ['random'],
  randomizedsearchcv: ['random'],
  qmc: ['sobol'],
  qmcsampler: ['sobol'],
  quasirandom: ['sobol'],
  halton: ['sobol'],
  bayesian: ['tpe'],
  bayesianoptimization: ['tpe'],
  hyperopt: ['tpe'],
  tpesampler: ['tpe'],
}

const registry = new Registry<Sampler>(samplers, 'the name of a sampler', { foreign: FOREIGN })

/**
 * Checks a sampler's name, or an object with its name and options.
 * @param name what errors call it
 */
export function chooseSampler(given: unknown, name = 'sampler'): ChosenSampler {
  const { name: chosen, entry, options } = registry.choose(given, name)
  return Object.freeze({
    name: chosen as SamplerName,
    options: optionRecord(entry.options, options),
    learns: entry.learns === true,
    usualBatch: (trials: number) => entry.usualBatch(trials),
    size: (space: Space) => entry.size?.(space, options) ?? Infinity,
    draws: (context: SamplerContext) => entry.draws(context, options),
  })
}
