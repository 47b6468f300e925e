/**
 * The file format of a journal: that of Optuna's JournalStorage. Each line is a record in JSON, with an operation, the
 * name of the process that wrote it, and the operation's values. The state of all studies in the file follows from the
 * records in their order: studies and trials have no numbers in the file, but are counted.
 *
 * Source: optuna/storages/journal/_storage.py and _file.py of Optuna 5.0.
 */

/** Optuna's JournalOperation. */
export const OPERATION = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttribute: 2,
  setStudySystemAttribute: 3,
  createTrial: 4,
  setTrialParameter: 5,
  setTrialState: 6,
  setTrialIntermediateValue: 7,
  setTrialUserAttribute: 8,
  setTrialSystemAttribute: 9,
  discardTrials: 10,
} as const

/** Optuna's TrialState, by number. */
export const STATES = ['running', 'complete', 'pruned', 'failed', 'waiting'] as const
export type RecordedState = (typeof STATES)[number]

/** Optuna's StudyDirection: 1 minimizes, 2 maximizes. */
export const DIRECTIONS = { lower: 1, higher: 2 } as const

/** The user attributes of a study and of its trials. Trials without them are of another program. */
export const ATTRIBUTE = {
  plan: 'lockstep:plan',
  parameters: 'lockstep:parameters',
  number: 'lockstep:number',
  epochs: 'lockstep:epochs',
  reason: 'lockstep:reason',
  batch: 'lockstep:batch',
} as const

/** How each record begins, as Optuna and this library write it. */
export const BEGINNING = '{"op_code":'

/** A number in JSON as Python's json writes it: NaN and infinities are words, floats have a point or an exponent. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (Object.is(value, -0)) return '-0.0'
  const text = String(value)
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text
}

/** Texts, and the words of numbers that JSON does not have. */
const WORDS = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g

/** Reads JSON as Python's json writes it. NaN becomes the text 'NaN'. */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error
    const replaced = text.replace(WORDS, (word) => {
      if (word.startsWith('"')) return word
      return word === 'NaN' ? '"NaN"' : word.replace('Infinity', '1e999')
    })
    return JSON.parse(replaced)
  }
}

/** A number of a record; undefined for anything else. */
export const numberIn = (value: unknown): number | undefined =>
  value === 'NaN' ? NaN : typeof value === 'number' ? value : undefined
