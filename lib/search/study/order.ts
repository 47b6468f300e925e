/** Which of two trials is better, where some of them were pruned or failed. */
import type { Trial } from '../space/trial.js'
import type { StudyData } from './study-data.js'

/** Whether a trial has a value that others can be compared with. */
export const hasValue = (trial: Trial): trial is Trial & { readonly value: number } =>
  trial.state !== 'failed' && trial.value !== null && Number.isFinite(trial.value)

/** Whether the options of a trial are known: a journal has the drawn values only. */
export const hasOptions = ({ options }: Trial): boolean => options !== null && options !== undefined

const STAGES = { complete: 0, pruned: 1, failed: 2 } as const

/** 0: complete, 1: pruned, 2: without a value. */
const stageOf = (trial: Trial): number => STAGES[hasValue(trial) ? trial.state : 'failed']

/**
 * Compares trials for a sort, the best first: complete trials by their value; then pruned ones, first those that were
 * trained for more epochs, as the pruner found these better at an earlier rung; then those without a value. 0: equal.
 */
export function trialOrder(better: StudyData['better']): (a: Trial, b: Trial) => number {
  const sign = better === 'lower' ? 1 : -1
  return (a, b) => {
    const stage = stageOf(a)
    if (stage !== stageOf(b)) return stage - stageOf(b)
    if (stage === STAGES.failed) return 0
    if (stage === STAGES.pruned && a.epochs !== b.epochs) return b.epochs - a.epochs
    return sign * ((a.value as number) - (b.value as number))
  }
}

/** The trials from the best to the worst; equal ones by their numbers. */
export function rankedTrials({ trials, better }: Pick<StudyData, 'trials' | 'better'>): Trial[] {
  const order = trialOrder(better)
  return [...trials].sort((a, b) => order(a, b) || a.number - b.number)
}
