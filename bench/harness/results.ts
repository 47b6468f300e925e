/**
 * The folders for results. A run writes to a folder that Git ignores, so that a trial changes no tracked file. With --publish
 * it writes the files of the repository.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, posix } from 'node:path'
import { UsageError } from './program.js'

const { join } = posix

export interface Destination {
  readonly out?: string
  readonly quick: boolean
  readonly publish: boolean
}

export const PUBLISHED = 'bench/results'
export const LOCAL = 'bench/results/local'
export const QUICK = 'out/bench/quick'

/** The help of --out, for a bench whose results have a folder of their own or none. */
export const outHelp = (part = ''): string =>
  `directory of the results (default: ${join(LOCAL, part)}, with --quick ${join(QUICK, part)})`

/** The folder for the results; `part` is the bench's own folder in it. */
export function resultsFolder({ out, quick, publish }: Destination, part = ''): string {
  if (publish && quick) throw new UsageError('--publish takes a whole run; leave out --quick')
  if (publish && out !== undefined) throw new UsageError(`--publish writes to ${PUBLISHED}; leave out --out`)
  if (out !== undefined) return out
  return join(publish ? PUBLISHED : quick ? QUICK : LOCAL, part)
}

/** Makes the folder of a file. Benches call it before they measure, so that an invalid one is reported at once. */
export function makeFolderOf(file: string | undefined): void {
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true })
}

export const writeJson = (file: string, value: object): void =>
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
