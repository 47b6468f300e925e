/** The studies and trials that follow from the records of a journal, counted as Optuna counts them. */
import type { ParameterSpec } from '../space/trial.js'
import { indexIn, isObject, isOwn, type JsonObject, objectIn, planOf, textIn, trialOf, WrongRecord } from './decode.js'
import { decodeParameters } from './distribution.js'
import { TrialEncoder } from './encode.js'
import { type ChangingTrial, changeTrial, foreignTrial } from './foreign.js'
import { ATTRIBUTE, BEGINNING, OPERATION, parsePythonJson } from './format.js'
import { TrialStore } from './trials.js'
import type { PlanValue } from './types.js'

/** A study as its records have it. */
export interface StudyRecord {
  readonly id: number
  readonly name: string
  /** Optuna's StudyDirection of each objective. */
  readonly directions: readonly unknown[]
  plan: Readonly<Record<string, PlanValue>> | null
  parameters: readonly ParameterSpec[] | null
  /** Of the parameters. */
  encoder: TrialEncoder
  specs: ReadonlyMap<string, ParameterSpec>
  readonly store: TrialStore
  readonly foreign: ChangingTrial[]
  /** All trials of the study in the file, repeated ones too. */
  trials: number
}

export class Replay {
  private readonly existing = new Map<number, StudyRecord>()
  private created = 0
  private trials = 0
  /** Foreign trials of the studies, by their number in the file. */
  private readonly changing = new Map<number, ChangingTrial>()
  /** The lines that were read. */
  lines = 0

  /** @param path for messages */
  constructor(readonly path: string) {}

  get studies(): StudyRecord[] {
    return [...this.existing.values()]
  }

  /** The number that a new study would have. */
  get nextStudy(): number {
    return this.created
  }

  study(name: string): StudyRecord | undefined {
    return this.studies.find((one) => one.name === name)
  }

  /**
   * Reads the next line.
   * @param line null: it is not UTF-8
   * @throws Error for a line that is no record
   */
  readonly take = (line: string | null): void => {
    this.lines++
    try {
      this.apply(recordOf(line))
    } catch (error) {
      if (!(error instanceof WrongRecord)) throw error
      throw this.refusal(error.message)
    }
  }

  /** The error for the last line. @param problem what it is, after "Line 3 …" */
  refusal(problem: string): Error {
    const remedy =
      this.lines === 1
        ? 'Choose another path.'
        : 'Delete the line if it was damaged, and its trials are trained again; or choose another path.'
    const file = `The file ${this.path} is not a journal of a study`
    return new Error(`${file}: line ${this.lines} ${problem}. ${remedy} Nothing was changed.`)
  }

  /** Counts trials of this process, which are in the store of their study, as lines of the file. */
  count(study: StudyRecord, trials: number): void {
    this.lines += trials
    this.trials += trials
    study.trials += trials
  }

  private apply(record: JsonObject): void {
    const operation = record.op_code
    if (operation === OPERATION.createStudy) this.createStudy(record)
    else if (operation === OPERATION.deleteStudy) this.existing.delete(indexIn(record, 'study_id'))
    else if (operation === OPERATION.setStudyUserAttribute) this.setAttribute(record)
    else if (operation === OPERATION.createTrial) this.createTrial(record)
    else if (operation === OPERATION.setTrialParameter || operation === OPERATION.setTrialState) this.change(record)
    else if (!WITHOUT_EFFECT.includes(operation)) {
      throw new WrongRecord('has an operation that this version of lockstep-nn does not have')
    }
  }

  private createStudy(record: JsonObject): void {
    const name = textIn(record, 'study_name')
    const { directions } = record
    if (!Array.isArray(directions)) throw new WrongRecord('has no list in directions')
    // As in Optuna, the second one of two processes changes nothing.
    if (this.study(name) !== undefined) return
    const id = this.created++
    this.existing.set(id, {
      id,
      name,
      directions,
      plan: null,
      parameters: null,
      encoder: new TrialEncoder([]),
      specs: new Map(),
      store: new TrialStore(),
      foreign: [],
      trials: 0,
    })
  }

  private setAttribute(record: JsonObject): void {
    const study = this.existing.get(indexIn(record, 'study_id'))
    if (study === undefined) return
    const attributes = objectIn(record, 'user_attr')
    // The first one counts: another process may have written the same one.
    if (Object.hasOwn(attributes, ATTRIBUTE.plan)) study.plan ??= planOf(attributes[ATTRIBUTE.plan])
    if (!Object.hasOwn(attributes, ATTRIBUTE.parameters) || study.parameters !== null) return
    const parameters = decodeParameters(attributes[ATTRIBUTE.parameters])
    if (parameters === null) throw new WrongRecord(`has no parameters in ${ATTRIBUTE.parameters}`)
    this.setParameters(study, parameters)
  }

  private setParameters(study: StudyRecord, parameters: readonly ParameterSpec[]): void {
    study.parameters = parameters
    study.encoder = new TrialEncoder(parameters)
    study.specs = new Map(parameters.map((one) => [one.name, one]))
  }

  private createTrial(record: JsonObject): void {
    const study = this.existing.get(indexIn(record, 'study_id'))
    if (study === undefined) return
    const id = this.trials++
    const number = study.trials++
    if (!isOwn(record)) {
      const trial = foreignTrial(record, number)
      study.foreign.push(trial)
      if (!trial.isEnded) this.changing.set(id, trial)
      return
    }
    if (study.parameters === null) throw new WrongRecord('has a trial of lockstep-nn, but its study has no parameters')
    const { trial, batch } = trialOf(record, study.specs)
    study.store.add(trial, batch, { path: this.path, line: this.lines }, study.encoder)
  }

  private change(record: JsonObject): void {
    const id = indexIn(record, 'trial_id')
    const trial = this.changing.get(id)
    if (trial === undefined) return
    changeTrial(trial, record)
    if (trial.isEnded) this.changing.delete(id)
  }
}

/** Operations on values that this library does not read. */
const WITHOUT_EFFECT: readonly unknown[] = [
  OPERATION.setStudySystemAttribute,
  OPERATION.setTrialIntermediateValue,
  OPERATION.setTrialUserAttribute,
  OPERATION.setTrialSystemAttribute,
  OPERATION.discardTrials,
]

function recordOf(line: string | null): JsonObject {
  if (line === null) throw new WrongRecord('is not text in UTF-8')
  let record: unknown
  try {
    record = parsePythonJson(line)
  } catch {
    throw new WrongRecord(line.startsWith(BEGINNING) ? 'is damaged: it is not JSON' : 'is not JSON')
  }
  if (!isObject(record) || !Object.hasOwn(record, 'op_code')) throw new WrongRecord('is not a record of Optuna')
  return record
}

/** Whether a text is a whole record. */
export function isRecord(text: string): boolean {
  try {
    recordOf(text)
    return true
  } catch {
    return false
  }
}
