/** Reads the parts of records, and checks them. */
import { shortened } from '../../checks/words.js'
import type { ParameterSpec } from '../space/trial.js'
import { drawProblem } from './check.js'
import type { BatchPart } from './encode.js'
import { ATTRIBUTE, numberIn, STATES } from './format.js'
import type { JournalTrial, PlanValue } from './types.js'

export type JsonObject = Readonly<Record<string, unknown>>

/** A record is not one of a journal. Its message completes "Line 3 …". */
export class WrongRecord extends Error {}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** A whole number from 0 on of a record. */
export function indexIn(record: JsonObject, name: string): number {
  const value = record[name]
  if (!isIndex(value)) throw new WrongRecord(`has no whole number in ${name}`)
  return value
}

export function textIn(record: JsonObject, name: string): string {
  const value = record[name]
  if (typeof value !== 'string') throw new WrongRecord(`has no text in ${name}`)
  return value
}

/** An object of a record; empty where it is missing. */
export function objectIn(record: JsonObject, name: string): JsonObject {
  const value = record[name] ?? {}
  if (!isObject(value)) throw new WrongRecord(`has no object in ${name}`)
  return value
}

/** A plan, as an attribute has it. */
export function planOf(found: unknown): Readonly<Record<string, PlanValue>> {
  const isValue = (value: unknown) => value === null || ['string', 'number', 'boolean'].includes(typeof value)
  if (!isObject(found) || !Object.values(found).every(isValue))
    throw new WrongRecord(`has no plan in ${ATTRIBUTE.plan}`)
  return found as Record<string, PlanValue>
}

function batchOf(found: unknown, number: number): BatchPart {
  if (!isObject(found)) throw new WrongRecord(`has no batch in ${ATTRIBUTE.batch}`)
  const [batch, first, trials] = ['number', 'first', 'trials'].map((name) => indexIn(found, name))
  if (number < first || number >= first + trials) throw new WrongRecord('has a trial outside its batch')
  return { number: batch, first, trials, digest: textIn(found, 'digest'), trained: textIn(found, 'trained') }
}

function drawOf(params: JsonObject, parameters: ReadonlyMap<string, ParameterSpec>): Record<string, number> {
  for (const [name, value] of Object.entries(params)) {
    const problem = drawProblem(value, parameters.get(name))
    if (problem !== null) throw new WrongRecord(`has a wrong value of the parameter ${shortened(name)}`)
  }
  return params as Record<string, number>
}

const ENDED: readonly unknown[] = ['complete', 'pruned', 'failed']

/** The number as a trial's attributes have it; undefined for a trial of another program. */
export const isOwn = (record: JsonObject): boolean => Object.hasOwn(objectIn(record, 'user_attrs'), ATTRIBUTE.number)

/** A trial of this library from its record. */
export function trialOf(
  record: JsonObject,
  parameters: ReadonlyMap<string, ParameterSpec>,
): { readonly trial: JournalTrial; readonly batch: BatchPart } {
  const attributes = objectIn(record, 'user_attrs')
  const number = indexIn(attributes, ATTRIBUTE.number)
  const state = STATES[record.state as number]
  if (!ENDED.includes(state)) throw new WrongRecord('has a trial that has not ended')
  const value = record.value === null ? null : numberIn(record.value)
  if (value === undefined) throw new WrongRecord('has no number in value')
  const rungs = Object.entries(objectIn(record, 'intermediate_values')).map(([epoch, one]) => {
    const rung = { epoch: Number(epoch), value: numberIn(one) }
    if (!isIndex(rung.epoch) || rung.value === undefined) throw new WrongRecord('has a wrong intermediate value')
    return rung as { epoch: number; value: number }
  })
  const trial: JournalTrial = {
    number,
    state: state as JournalTrial['state'],
    value,
    draw: drawOf(objectIn(record, 'params'), parameters),
    epochs: indexIn(attributes, ATTRIBUTE.epochs),
    rungs,
    reason: textIn(attributes, ATTRIBUTE.reason),
  }
  return { trial, batch: batchOf(attributes[ATTRIBUTE.batch], number) }
}
