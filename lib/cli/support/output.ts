/** Where rows are written: to a file, whole or not at all, or to stdout. */
import { type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import { destinationOf } from '../../files/path.js'
import { WholeFile } from '../../files/whole-file.js'
import { UsageError } from './errors.js'

export interface Output {
  /** Resolves once more can be written; false where nobody reads any more. */
  readonly write: (text: string) => Promise<boolean>
  /** Completes the file. */
  readonly commit: () => Promise<void>
  /** Leaves no file behind. */
  readonly discard: () => Promise<void>
}

/** @param inputs files that are read meanwhile, which must not be written */
export async function openOutput(path: string | undefined, inputs: readonly (Stats | null)[]): Promise<Output> {
  if (path === undefined || path === '-') return standardOutput()
  checkDestination(path, inputs)
  const file = await WholeFile.open(destinationOf(path, '--out'))
  const encoder = new TextEncoder()
  return {
    write: async (text) => {
      await file.write(encoder.encode(text))
      return true
    },
    commit: () => file.commit(),
    discard: () => file.discard(),
  }
}

/**
 * Checks that a file can be written, before long work.
 * @throws UsageError for a file that is read, too; Error for a folder that does not exist
 */
export function checkDestination(path: string, inputs: readonly (Stats | null)[] = [], option = '--out'): void {
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
function standardOutput(): Output {
  const { stdout } = process
  // Each write reports its own error; without a listener it would end the process.
  stdout.on('error', () => {})
  return {
    write: async (text) => {
      const error = await new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => {
        stdout.write(text, resolve)
      })
      if (!error) return true
      if (['EPIPE', 'ERR_STREAM_DESTROYED'].includes(error.code ?? '')) return false
      throw error
    },
    commit: async () => {},
    discard: async () => {},
  }
}

/** Writes a result: text for people, or one JSON object. */
export async function printResult(text: () => string, result: () => unknown, json: unknown): Promise<void> {
  await standardOutput().write(json === true ? `${JSON.stringify(result())}\n` : `${text()}\n`)
}

/** Writes a file, whole or not at all. */
export async function writeFile(path: string, content: Uint8Array | string, option = '--out'): Promise<void> {
  const file = await WholeFile.open(destinationOf(path, option))
  try {
    await file.write(typeof content === 'string' ? new TextEncoder().encode(content) : content)
    await file.commit()
  } catch (error) {
    await file.discard()
    throw error
  }
}
