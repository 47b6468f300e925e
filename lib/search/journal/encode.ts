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
  /** As in `NewBatch`. */
  readonly trained: string
}

const beginning = (operation: number, writer: string): string =>
  `{"op_code":${operation},"worker_id":${JSON.stringify(writer)}`

/** The record that creates a study. */
export const studyLine = (writer: string, { name, better }: JournalStudy): string =>
  `${beginning(OPERATION.createStudy, writer)},"study_name":${JSON.stringify(name)},"directions":[${DIRECTIONS[better]}]}\n`

/** The record of an attribute of a study. */
function attributeLine(writer: string, study: number, name: string, text: string): string {
  return `${beginning(OPERATION.setStudyUserAttribute, writer)},"study_id":${study},"user_attr":{${JSON.stringify(name)}:${text}}}\n`
}

export const planLine = (writer: string, study: number, { plan }: JournalStudy): string =>
  attributeLine(writer, study, ATTRIBUTE.plan, JSON.stringify(plan))

export const parametersLine = (writer: string, study: number, { parameters }: JournalStudy): string =>
  attributeLine(writer, study, ATTRIBUTE.parameters, encodeParameters(parameters))

/** What all records of an append have in common. */
export interface RecordContext {
  readonly writer: string
  /** The study's number in the file. */
  readonly study: number
  /** When the trials began and ended, for people: nothing is computed from them. */
  readonly start: Date
  readonly end: Date
}

/** In the form of Optuna. */
const timeText = (time: Date): string => JSON.stringify(time.toISOString().replace(/Z$/, '000+00:00'))

interface ParameterText {
  readonly name: string
  readonly isChoice: boolean
  /** In JSON, with a colon. */
  readonly key: string
  /** The key and the distribution, which Optuna writes as JSON text in JSON. */
  readonly distribution: string
}

/** The trials whose texts are hashed at once. */
const HASHED = 500

/** Writes the records of trials. Its text of a trial's values is the same on all machines. */
export class TrialEncoder {
  private readonly texts: readonly ParameterText[]

  constructor(parameters: readonly ParameterSpec[]) {
    this.texts = parameters.map(({ name, distribution }) => {
      const key = `${JSON.stringify(name)}:`
      const text = JSON.stringify(encodeDistribution(distribution))
      return { name, isChoice: distribution.kind === 'choice', key, distribution: key + text }
    })
  }

  /** The draw of a trial in the order of the space, as text. */
  draw({ draw }: JournalTrial): string {
    let text = ''
    for (const { name, isChoice, key } of this.texts) {
      if (!Object.hasOwn(draw, name)) continue
      text += `${text === '' ? '' : ','}${key}${isChoice ? draw[name] : floatText(draw[name])}`
    }
    return text
  }

  /** All values of a trial, as a part of its record: two trials are equal where this text is. */
  text(trial: JournalTrial): string {
    const { number, state, value, epochs, reason, rungs } = trial
    const reached = rungs.map((rung) => `"${rung.epoch}":${floatText(rung.value)}`).join(',')
    return (
      `"state":${STATES.indexOf(state)},"value":${value === null ? 'null' : floatText(value)},` +
      `"params":{${this.draw(trial)}},"intermediate_values":{${reached}},` +
      `"user_attrs":{"${ATTRIBUTE.number}":${number},"${ATTRIBUTE.epochs}":${epochs},` +
      `"${ATTRIBUTE.reason}":${JSON.stringify(reason)}`
    )
  }

  /** A function that writes the records of a batch's trials. @param text of `text` */
  lines(batch: BatchPart, context: RecordContext): (trial: JournalTrial, text: string) => string {
    const { writer, study, start, end } = context
    const { number, first, trials, digest, trained } = batch
    const head =
      `${beginning(OPERATION.createTrial, writer)},"study_id":${study},"datetime_start":${timeText(start)},` +
      `"datetime_complete":${timeText(end)},"distributions":{`
    const ofBatch = JSON.stringify({ number, first, trials, digest, trained })
    const tail = `,"${ATTRIBUTE.batch}":${ofBatch}},"values":null,"system_attrs":{}}\n`
    return ({ draw }, text) => {
      let distributions = ''
      for (const { name, distribution } of this.texts) {
        if (Object.hasOwn(draw, name)) distributions += `${distributions === '' ? '' : ','}${distribution}`
      }
      return `${head}${distributions}},${text}${tail}`
    }
  }

  /** SHA-256 of the values of a batch. Its number and size are part of it. @param texts of `text` */
  digest(number: number, first: number, trained: string, texts: readonly string[]): string {
    const hash = newSha256().update(`${number} ${first} ${texts.length} ${trained}\n`)
    for (let i = 0; i < texts.length; i += HASHED) hash.update(`${texts.slice(i, i + HASHED).join('\n')}\n`)
    return hash.hex()
  }
}

/** What a trial ended with, for messages. */
export function outcomeOf({ state, value, epochs, reason }: JournalTrial): string {
  const result = state === 'failed' ? `failed (${shortened(reason, 120)})` : `${state} with ${value}`
  return `${result} after ${epochs} epochs`
}
