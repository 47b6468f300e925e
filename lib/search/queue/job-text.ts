/**
 * Jobs and their results as text. A text within a job is not looked into by the server: PostgreSQL refuses some letters in
 * the JSON of jobs.
 */
import type { TrialOutcome } from '../engine/batch.js'
import type { Draw, ParameterSpec, TrialState } from '../space/trial.js'
import { numberForm, numberOfForm } from './forms.js'

/** A batch to train. */
export interface BatchJob {
  /** That of lockstep-nn. */
  readonly version: string
  /** The digest of the plan. */
  readonly plan: string
  /** The digest of the text of the study. */
  readonly study: string
  readonly number: number
  readonly first: number
  readonly draws: readonly Draw[]
  /** The worker that has trained it and may not verify it; null: nobody has. */
  readonly trainedBy: string | null
}

/** Who has trained a batch. */
export interface WorkerName {
  readonly name: string
  /** Another one for each process. */
  readonly id: string
}

/** The result of a job. */
export type Answer =
  | {
      readonly kind: 'trained'
      readonly worker: WorkerName
      readonly outcomes: readonly TrialOutcome[]
      readonly trained: string
    }
  /** The options of a trial are wrong, or the worker cannot train. */
  | { readonly kind: 'error'; readonly worker: WorkerName; readonly name: string; readonly message: string }
  /** The server does not have the data. */
  | { readonly kind: 'missing' }
  /** There is no other worker to verify it. */
  | { readonly kind: 'alone' }

/** @param parameters of the space, in its order */
export function jobText({ draws, ...rest }: BatchJob, parameters: readonly ParameterSpec[]): string {
  const rows = draws.map((draw) =>
    parameters.map(({ name }) => (Object.hasOwn(draw, name) ? numberForm(draw[name]) : null)),
  )
  return JSON.stringify({ ...rest, draws: rows })
}

/** The job without its draws, which need the space. */
export type JobHead = Omit<BatchJob, 'draws'> & { readonly draws: readonly (readonly unknown[])[] }

export const headOf = (text: string): JobHead => JSON.parse(text) as JobHead

export const drawsOf = ({ draws }: JobHead, parameters: readonly ParameterSpec[]): Draw[] =>
  draws.map((row) => {
    const entries = parameters.flatMap(({ name }, i) =>
      row[i] === null ? [] : [[name, numberOfForm(row[i])] as const],
    )
    return Object.fromEntries(entries)
  })

const STATES: readonly TrialState[] = ['complete', 'pruned', 'failed']

/** The same answer has the same text. */
export function answerText(answer: Answer): string {
  if (answer.kind !== 'trained') return JSON.stringify(answer)
  const reasons: string[] = []
  const rows = answer.outcomes.map(({ state, value, epochs, rungs, reason }) => {
    if (!reasons.includes(reason)) reasons.push(reason)
    const flat = rungs.flatMap((rung) => [rung.epoch, numberForm(rung.value)])
    return [STATES.indexOf(state), numberForm(value), epochs, reasons.indexOf(reason), ...flat]
  })
  return JSON.stringify({ ...answer, outcomes: { reasons, rows } })
}

interface TrainedForm {
  readonly kind: 'trained'
  readonly worker: WorkerName
  readonly trained: string
  readonly outcomes: { readonly reasons: readonly string[]; readonly rows: readonly (readonly unknown[])[] }
}

/** @throws Error for a text that is no answer about this number of trials */
export function answerOf(text: unknown, trials: number): Answer {
  const wrong = (): Error =>
    new Error('A result in the queue is not one of this version of lockstep-nn. Empty the queue.')
  if (typeof text !== 'string') throw wrong()
  let answer: Exclude<Answer, { kind: 'trained' }> | TrainedForm
  try {
    answer = JSON.parse(text)
  } catch {
    throw wrong()
  }
  if (answer?.kind !== 'trained') {
    if (!['error', 'missing', 'alone'].includes(answer?.kind)) throw wrong()
    return answer
  }
  const { reasons, rows } = answer.outcomes
  if (!Array.isArray(rows) || rows.length !== trials || typeof answer.trained !== 'string') throw wrong()
  const outcomes = rows.map(([state, value, epochs, reason, ...flat]): TrialOutcome => {
    const rungs = Array.from({ length: flat.length / 2 }, (_, i) => ({
      epoch: flat[2 * i] as number,
      value: numberOfForm(flat[2 * i + 1]),
    }))
    return {
      state: STATES[state as number],
      value: numberOfForm(value),
      epochs: epochs as number,
      rungs,
      reason: reasons[reason as number],
    }
  })
  const isWhole = outcomes.every(({ state, reason }) => state !== undefined && typeof reason === 'string')
  if (!isWhole) throw wrong()
  return { ...answer, outcomes }
}

/** What two workers must agree about. */
export const outcomesText = (answer: Answer & { kind: 'trained' }): string =>
  answerText({ ...answer, worker: { name: '', id: '' } })
