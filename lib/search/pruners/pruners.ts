/** The table of pruners, and the choice of one. */
import { type Choice, Registry } from '../../checks/registry.js'
import { type ForeignNames, integer } from '../../checks/validate.js'
import { type OptionRecord, optionRecord } from '../space/option-record.js'
import { hyperband } from './hyperband.js'
import { medianRule } from './median.js'
import { none } from './none.js'
import type { Pruner, Rungs } from './pruner.js'
import { successiveHalving } from './successive-halving.js'

/** By name. */
export const pruners = { none, successiveHalving, hyperband, median: medianRule }

export type PrunerName = keyof typeof pruners
/** A pruner's name, or its name with options: `{ name: 'successiveHalving', factor: 4 }`. */
export type PrunerOption = PrunerName | Choice<typeof pruners>

export interface ChosenPruner {
  readonly name: PrunerName
  /** All options, with defaults for those that were not given. */
  readonly options: OptionRecord
  /** The least number of trials of a batch in which it can compare enough; null: any. */
  readonly usualBatch: number | null
  /** The rungs of one batch of `count` trials, of `epochs` epochs each. A new one for each batch. */
  plan(epochs: number, count: number): Rungs
}

/** Other libraries' names, in normal form. */
const FOREIGN: ForeignNames = {
  nop: ['none'],
  noppruner: ['none'],
  asha: ['successiveHalving'],
  sha: ['successiveHalving'],
  halving: ['successiveHalving'],
  successivehalvingpruner: ['successiveHalving'],
  hyperbandpruner: ['hyperband'],
  bohb: ['hyperband'],
  medianpruner: ['median'],
  medianstopping: ['median'],
  medianstoppingrule: ['median'],
}

const registry = new Registry<Pruner>(pruners, 'the name of a pruner', { foreign: FOREIGN })

/**
 * Checks a pruner's name, or an object with its name and options.
 * @param name what errors call it
 */
export function choosePruner(given: unknown, name = 'pruner'): ChosenPruner {
  const { name: chosen, entry, options } = registry.choose(given, name)
  return Object.freeze({
    name: chosen as PrunerName,
    options: optionRecord(entry.options, options),
    usualBatch: entry.usualBatch(options),
    plan: (epochs: number, count: number) =>
      entry.plan(
        integer(epochs, 'the epochs of a trial', 1, Number.MAX_SAFE_INTEGER),
        integer(count, 'the trials of a batch', 1, Number.MAX_SAFE_INTEGER),
        options,
        name,
      ),
  })
}
