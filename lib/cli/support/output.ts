/** Where rows are written: to a file, whole or not at all, or to stdout. */
import { rmSync, type Stats, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import process from 'node:process'
import { destinationOf } from '../../files/path.js'
import { WholeFile } from '../../files/whole-file.js'
import { writeWhole } from '../../files/write-whole.js'
import { systemWords, UsageError } from './errors.js'

export interface Output {
  /** Resolves once more can be written; false where nobody reads any more. */
  readonly write: (content: string | Uint8Array) => Promise<boolean>
  /** Completes the file. */
  readonly commit: () => Promise<void>
  /** Leaves no file behind. */
  readonly discard: () => Promise<void>
  /** The same where the process ends at once. */
  readonly abandon: () => void
}

/** @param inputs files that are read meanwhile, which must not be written */
export async function openOutput(path: string | undefined, inputs: readonly (Stats | null)[]): Promise<Output> {
  if (path === undefined || isStandardOutput(path)) return standardOutput()
  checkPlace(path, inputs, '--out')
  const file = await opened(path, '--out')
  const encoder = new TextEncoder()
  return {
    write: async (content) => {
      await naming(path, '--out', () => file.write(typeof content === 'string' ? encoder.encode(content) : content))
      return true
    },
    commit: () => naming(path, '--out', () => file.commit()),
    discard: () => file.discard(),
    abandon: () => rmSync(file.temporary, { force: true }),
  }
}

/** `-`, and the name that the system has for it: by that of a pipe, no file could be made. */
export const isStandardOutput = (path: string): boolean => path === '-' || path === '/dev/stdout'

/**
 * Checks that a file can be written, before long work: a temporary file is made beside it, and removed.
 * @throws UsageError for stdout, no name, and a file that is read, too; Error for a place where no file can be made
 */
export async function checkDestination(
  path: string,
  inputs: readonly (Stats | null)[] = [],
  option = '--out',
): Promise<void> {
  if (isStandardOutput(path)) throw new UsageError(`${option} cannot be stdout here. Name a file.`)
  checkPlace(path, inputs, option)
  await (await opened(path, option)).discard()
}

/**
 * Checks the files of several options, which must be different ones.
 * @param paths by option; undefined: it was not given
 */
export async function checkDestinations(
  paths: Readonly<Record<string, string | undefined>>,
  inputs: readonly (Stats | null)[],
): Promise<void> {
  const before = new Map<string, string>()
  for (const [option, path] of Object.entries(paths)) {
    if (path === undefined) continue
    await checkDestination(path, inputs, option)
    const file = resolve(path)
    const other = before.get(file)
    if (other !== undefined) throw new UsageError(`${other} and ${option} are one file, ${path}. Name two.`)
    before.set(file, option)
  }
}

const opened = (path: string, option: string): Promise<WholeFile> =>
  naming(path, option, () => WholeFile.open(destinationOf(path, option)))

/** Does work on a file of an option. An error of the system names both, and not the temporary file. */
export async function naming<Result>(path: string, option: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const words = systemWords(error)
    if (words === undefined) throw error
    throw new Error(`${option} ${path} cannot be written: ${words}.`, { cause: error })
  }
}

function checkPlace(path: string, inputs: readonly (Stats | null)[], option: string): void {
  if (path === '') throw new UsageError(`Expected the name of a file for ${option}.`)
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined && inputs.some((input) => input !== null && isSame(input, found))) {
    throw new UsageError(`${option} ${path} is the file that is read. Write to another one.`)
  }
  if (found?.isDirectory()) throw new Error(`${option} ${path} is a folder. Name a file in it.`)
  const folder = dirname(path)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`There is no folder ${folder}, where ${option} is to be written. Make it first.`)
  }
}

const isSame = (a: Stats, b: Stats): boolean => a.dev === b.dev && a.ino === b.ino

/** A reader that has enough, such as `head`, is no error. */
export function standardOutput(): Output {
  const { stdout } = process
  return {
    write: async (content) => {
      const error = await new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => {
        stdout.write(content, resolve)
      })
      if (!error) return true
      if (['EPIPE', 'ERR_STREAM_DESTROYED'].includes(error.code ?? '')) return false
      throw new Error(`stdout cannot be written: ${systemWords(error) ?? error.message}.`, { cause: error })
    },
    commit: async () => {},
    discard: async () => {},
    abandon: () => {},
  }
}

/** Writes a result: text for people, or one JSON object. */
export async function printResult(text: () => string, result: () => unknown, json: unknown): Promise<void> {
  await standardOutput().write(json === true ? `${JSON.stringify(result())}\n` : `${text()}\n`)
}

/** Writes a file, whole or not at all. */
export const writeFile = (path: string, content: Uint8Array | string, option = '--out'): Promise<void> =>
  naming(path, option, async () => writeWhole(destinationOf(path, option), content))
