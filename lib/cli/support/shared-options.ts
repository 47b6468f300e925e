/** The options that several commands have. */
import { integer, type OptionSpec } from './spec.js'

export const JSON_RESULT: OptionSpec = {
  flags: '--json',
  description: 'write one JSON object to stdout and nothing else',
}
export const THREADS: OptionSpec = {
  flags: '--threads <n>',
  description: 'the most threads; they do not change the bits (default: one for each processor)',
  read: integer(1, 1024),
}

export const QUEUE: OptionSpec = {
  flags: '--queue <name>',
  description: 'the name of the queue (default: lockstep-nn)',
}

/** Which columns a model predicts, and from which. */
export const COLUMNS: readonly OptionSpec[] = [
  { flags: '--target <name>', description: 'the column to predict, or several: a,b', isRequired: true },
  { flags: '--columns <a,b>', description: 'the input columns (default: all but the target)' },
  { flags: '--drop <c>', description: 'columns to leave out, separated by commas' },
]
export const QUIET: OptionSpec = { flags: '--quiet', description: 'show no progress and no summary' }
