/** The records of a study and of its trials, as text. */
import { newSha256 } from '#platform'
import { shortened } from '../../checks/words.js'
import type { ParameterSpec } from '../space/trial.js'
import { encodeDistribution, encodeParameters } from './distribution.js'
import { ATTRIBUTE, DIRECTIONS, floatText, OPERATION, STATES } from './format.js'
import type { JournalStudy, JournalTrial } from './types.js'

/** What a trial's record has about its batch. */
export interface BatchPart {
  readonly number: number
  readonly first: number
  /** The number of its trials. */
  readonly trials: number
  readonly digest: string
}

/** What all records of an append have in common. */
export interface RecordContext {
  readonly writer: string
  /** The study's number in the file. */
  readonly study: number
  /** When the trials began and ended, for people: nothing is computed from them. */
  readonly start: Date
  readonly end: Date
}

const object = (parts: readonly string[]): string => `{${parts.join(',')}}`
const pair = (name: string, text: string): string => `${JSON.stringify(name)}:${text}`

const beginning = (operation: number, writer: string): string =>
  `{"op_code":${operation},"worker_id":${JSON.stringify(writer)}`

/** The record that creates a study. */
export const studyLine = (writer: string, { name, better }: JournalStudy): string =>
  `${beginning(OPERATION.createStudy, writer)},"study_name":${JSON.stringify(name)},"directions":[${DIRECTIONS[better]}]}\n`

/** The record of an attribute of a study. */
function attributeLine(writer: string, study: number, name: string, text: string): string {
  return `${beginning(OPERATION.setStudyUserAttribute, writer)},"study_id":${study},"user_attr":{${pair(name, text)}}}\n`
}

export const planLine = (writer: string, study: number, { plan }: JournalStudy): string =>
  attributeLine(writer, study, ATTRIBUTE.plan, JSON.stringify(plan))

export const parametersLine = (writer: string, study: number, { parameters }: JournalStudy): string =>
  attributeLine(writer, study, ATTRIBUTE.parameters, encodeParameters(parameters))

/** In the form of Optuna. */
const timeText = (time: Date): string => JSON.stringify(time.toISOString().replace(/Z$/, '000+00:00'))

/** The parts of a trial's record that its study, writer and batch do not change. */
interface TrialParts {
  readonly state: string
  readonly value: string
  readonly params: string
  readonly rungs: string
  readonly attributes: string
}

export class TrialEncoder {
  private readonly texts: ReadonlyMap<string, { readonly key: string; readonly distribution: string }>

  constructor(private readonly parameters: readonly ParameterSpec[]) {
    this.texts = new Map(
      parameters.map(({ name, distribution }) => {
        const key = JSON.stringify(name)
        return [name, { key, distribution: `${key}:${JSON.stringify(encodeDistribution(distribution))}` }]
      }),
    )
  }

  /** The parameters that a trial has, in the order of the space. */
  private active({ draw }: JournalTrial): ParameterSpec[] {
    return this.parameters.filter(({ name }) => Object.hasOwn(draw, name))
  }

  private parts(trial: JournalTrial, active: readonly ParameterSpec[]): TrialParts {
    const { draw, rungs, state, value } = trial
    const params = active.map(({ name, distribution: { kind } }) => {
      const drawn = draw[name]
      return `${this.texts.get(name)?.key}:${kind === 'choice' ? drawn : floatText(drawn)}`
    })
    return {
      state: String(STATES.indexOf(state)),
      value: value === null ? 'null' : floatText(value),
      params: object(params),
      rungs: object(rungs.map((rung) => `"${rung.epoch}":${floatText(rung.value)}`)),
      attributes: [
        pair(ATTRIBUTE.number, String(trial.number)),
        pair(ATTRIBUTE.epochs, String(trial.epochs)),
        pair(ATTRIBUTE.reason, JSON.stringify(trial.reason)),
      ].join(','),
    }
  }

  /** The draw of a trial, as text. */
  draw(trial: JournalTrial): string {
    return this.parts(trial, this.active(trial)).params
  }

  /** All values of a trial: two trials are equal where this text is. */
  text(trial: JournalTrial): string {
    const { state, value, params, rungs, attributes } = this.parts(trial, this.active(trial))
    return [state, value, params, rungs, attributes].join(' ')
  }

  /** The record of a trial. */
  line(trial: JournalTrial, batch: BatchPart, { writer, study, start, end }: RecordContext): string {
    const active = this.active(trial)
    const { state, value, params, rungs, attributes } = this.parts(trial, active)
    const distributions = active.map(({ name }) => this.texts.get(name)?.distribution ?? '')
    const { number, first, trials, digest } = batch
    const ofBatch = `{"number":${number},"first":${first},"trials":${trials},"digest":"${digest}"}`
    return [
      `${beginning(OPERATION.createTrial, writer)},"study_id":${study},"datetime_start":${timeText(start)}`,
      `"state":${state},"value":${value},"values":null,"datetime_complete":${timeText(end)}`,
      `"distributions":${object(distributions)},"params":${params}`,
      `"user_attrs":{${attributes},${pair(ATTRIBUTE.batch, ofBatch)}},"system_attrs":{}`,
      `"intermediate_values":${rungs}}\n`,
    ].join(',')
  }

  /** SHA-256 of the values of a batch. Its number and size are part of it. */
  digest(number: number, first: number, trials: readonly JournalTrial[]): string {
    const hash = newSha256().update(`${number} ${first} ${trials.length}\n`)
    for (const trial of trials) hash.update(`${this.text(trial)}\n`)
    return hash.hex()
  }
}

/** What a trial ended with, for messages. */
export function outcomeOf({ state, value, epochs, reason }: JournalTrial): string {
  const result = state === 'failed' ? `failed (${shortened(reason, 120)})` : `${state} with ${value}`
  return `${result} after ${epochs} epochs`
}
