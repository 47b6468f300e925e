/** Trials of other programs: Optuna writes them in several records. */
import { isObject, type JsonObject, objectIn } from './decode.js'
import { decodeDistribution } from './distribution.js'
import { numberIn, type RecordedState, STATES } from './format.js'
import type { ForeignTrial } from './types.js'

/** A foreign trial that later records may change. */
export interface ChangingTrial {
  readonly number: number
  state: RecordedState
  value: number | null
  parameters: Record<string, unknown>
  isEnded: boolean
}

/** A value as Optuna shows it, from the number in the record. */
function shownValue(value: unknown, text: unknown): unknown {
  let distribution = null
  try {
    distribution = typeof text === 'string' ? decodeDistribution(JSON.parse(text)) : null
  } catch {}
  if (distribution?.kind !== 'choice' || typeof value !== 'number') return value
  return distribution.values[value]
}

function setState(trial: ChangingTrial, record: JsonObject): void {
  const state = STATES[record.state as number]
  if (state !== undefined) trial.state = state
  trial.isEnded = trial.state !== 'running' && trial.state !== 'waiting'
  const { values } = record
  const value = numberIn(Array.isArray(values) ? values[0] : record.value)
  if (value !== undefined) trial.value = value
}

/** A trial from the record that creates it. @param number its number in Optuna */
export function foreignTrial(record: JsonObject, number: number): ChangingTrial {
  const trial: ChangingTrial = { number, state: 'running', value: null, parameters: {}, isEnded: false }
  setState(trial, record)
  const distributions = objectIn(record, 'distributions')
  trial.parameters = Object.fromEntries(
    Object.entries(objectIn(record, 'params')).map(([name, value]) => [name, shownValue(value, distributions[name])]),
  )
  return trial
}

/** Applies a record that sets a parameter or the state. An ended trial stays as it is. */
export function changeTrial(trial: ChangingTrial, record: JsonObject): void {
  if (trial.isEnded) return
  const { param_name: name } = record
  if (typeof name === 'string') {
    const value = shownValue(record.param_value_internal, record.distribution)
    trial.parameters = { ...trial.parameters, [name]: value }
  } else setState(trial, record)
}

/** What a caller gets of it: a copy. */
export const shownTrial = ({ number, state, value, parameters }: ChangingTrial): ForeignTrial => ({
  number,
  state,
  value,
  parameters: isObject(parameters) ? { ...parameters } : {},
})
