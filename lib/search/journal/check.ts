/** Checks what a caller gives to a journal: studies and batches. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import type { ParameterSpec } from '../space/trial.js'
import type { JournalStudy, JournalTrial } from './types.js'

/** Consecutive trials, as `append` takes them. */
export interface NewBatch {
  readonly number: number
  /** In order of number. Their options are not written. */
  readonly trials: readonly JournalTrial[]
  /** The digest of all that was trained, the parameters of the networks included. */
  readonly trained: string
}

const isIndex = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

function requireIndex(value: unknown, name: string): void {
  if (!isIndex(value)) throw wrongValue('a whole number from 0 on', name, value)
}

export function checkStudy({ name, better, plan, parameters }: JournalStudy): void {
  if (typeof name !== 'string') throw wrongType('a text', 'study.name', name)
  if (name === '') throw wrongValue('a name that is not empty', 'study.name', name)
  if (better !== 'lower' && better !== 'higher') throw wrongValue("'lower' or 'higher'", 'study.better', better)
  if (!Array.isArray(parameters)) throw wrongType('an array of parameters', 'study.parameters', parameters)
  for (const [part, value] of Object.entries(plan)) {
    const isShort = value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value)
    if (!isShort) throw wrongType('a text, a boolean, a finite number or null', `study.plan.${part}`, value)
  }
}

/** @param specs the study's parameters by name */
export function checkBatch({ number, trials, trained }: NewBatch, specs: ReadonlyMap<string, ParameterSpec>): void {
  if (typeof trained !== 'string') throw wrongType('a text', 'batch.trained', trained)
  requireIndex(number, 'batch.number')
  if (!Array.isArray(trials)) throw wrongType('an array of trials', 'batch.trials', trials)
  if (trials.length === 0) throw wrongSize('at least one trial', 'batch.trials', 'none')
  requireIndex(trials[0].number, 'batch.trials[0].number')
  trials.forEach((trial: JournalTrial, i) => {
    const expected = trials[0].number + i
    if (trial.number !== expected) {
      throw wrongValue(`${expected}, as trials are consecutive,`, `batch.trials[${i}].number`, trial.number)
    }
    checkTrial(trial, `trial ${trial.number}`, specs)
  })
}

function checkTrial(trial: JournalTrial, name: string, specs: ReadonlyMap<string, ParameterSpec>): void {
  const { state, value, draw, epochs, rungs, reason } = trial
  if (!['complete', 'pruned', 'failed'].includes(state)) {
    throw wrongValue("'complete', 'pruned' or 'failed'", `the state of ${name}`, state)
  }
  if (value !== null && typeof value !== 'number') throw wrongType('a number or null', `the value of ${name}`, value)
  if (value === null && state === 'complete') throw wrongType('a number', `the value of ${name}`, value)
  requireIndex(epochs, `the epochs of ${name}`)
  if (typeof reason !== 'string') throw wrongType('a text', `the reason of ${name}`, reason)
  rungs.forEach((rung, i) => {
    requireIndex(rung.epoch, `the epoch of a rung of ${name}`)
    if (typeof rung.value !== 'number') throw wrongType('a number', `the value of a rung of ${name}`, rung.value)
    if (i > 0 && rung.epoch <= rungs[i - 1].epoch) {
      throw wrongValue(`an epoch after ${rungs[i - 1].epoch}`, `a rung of ${name}`, rung.epoch)
    }
  })
  for (const [parameter, drawn] of Object.entries(draw)) {
    const problem = drawProblem(drawn, specs.get(parameter))
    if (problem !== null) throw wrongValue(problem, `the parameter ${parameter} of ${name}`, drawn)
  }
}

/** What is expected in place of a drawn value; null where it can be drawn. */
export function drawProblem(drawn: unknown, spec: ParameterSpec | undefined): string | null {
  if (spec === undefined) return 'nothing, because the space does not have it,'
  const { distribution } = spec
  if (distribution.kind !== 'choice') return Number.isFinite(drawn) ? null : 'a finite number'
  const last = distribution.values.length - 1
  return isIndex(drawn) && (drawn as number) <= last ? null : `the index of a choice, 0 to ${last},`
}
