/** The journal of a study, in the file format of Optuna's JournalStorage. */
import { Journal } from './journal.js'

export type { NewBatch } from './check.js'
export type { Appended } from './journal.js'
export { Journal } from './journal.js'
export type { JournalOptions } from './log.js'
export { mergeJournals, type ReadOptions, readJournal } from './merge.js'
export type { ForeignTrial, JournalBatch, JournalContent, JournalStudy, JournalTrial, PlanValue } from './types.js'

/** Opens the journal of a study: see `Journal.open`. */
export const openJournal = Journal.open
