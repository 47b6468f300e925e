/** What the table of commands is made of: the form of a command, readers of values, and options that several commands have. */

/** The values of the options, by their names in camelCase. */
export type Given = Readonly<Record<string, unknown>>

/** Does the work of a command, and resolves to the exit status. */
export type Run = (operands: readonly string[], given: Given) => Promise<number>

export interface OptionSpec {
  /** As in the usage: `--epochs <n>`. */
  readonly flags: string
  readonly description: string
  readonly isRequired?: boolean
  /** Reads the text of a value. @throws Error with what was expected */
  readonly read?: (text: string) => unknown
  readonly choices?: readonly string[]
}

export interface CommandSpec {
  readonly name: string
  readonly summary: string
  /** Name and description of each operand. */
  readonly operands: readonly (readonly [name: string, description: string])[]
  readonly options: readonly OptionSpec[]
  readonly examples: readonly string[]
  /** Loads the work only when it is to be done, so that `--help` loads neither the library nor the addon. */
  readonly load: () => Promise<{ readonly run: Run }>
}

/** Reads an integer from `min` to `max`. */
export const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) throw new Error(`Expected an integer from ${min} to ${max}.`)
    return value
  }

/** Reads a share. */
export function share(text: string): number {
  const value = Number(text)
  if (!/^\d*\.?\d+$/.test(text) || !(value > 0 && value < 1)) {
    throw new Error('Expected a number above 0 and below 1, such as 0.2.')
  }
  return value
}

/** Reads a share that may be all. */
export function shareOrAll(text: string): number {
  return Number(text) === 1 ? 1 : share(text)
}

/** Reads a shard: the text itself. */
export function shard(text: string): string {
  const [, index, count] = /^([1-9]\d{0,6})\/([1-9]\d{0,6})$/.exec(text) ?? []
  if (count === undefined || Number(index) > Number(count)) {
    throw new Error('Expected a part and their number, such as 2/8. The first part is 1.')
  }
  return text
}

// The options that several commands have.

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
