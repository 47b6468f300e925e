/**
 * Where a bench writes. A run leaves its results in a folder that Git ignores, so that trying it out changes nothing; with
 * --publish it writes the files that are kept in the repository.
 */
import { posix } from 'node:path'
import { UsageError } from './usage.js'

const { join } = posix

export interface Destination {
  readonly out?: string
  readonly quick: boolean
  readonly publish: boolean
}

export const PUBLISHED = 'bench/results'
export const LOCAL = 'bench/results/local'
export const QUICK = 'out/bench/quick'

/** What --out does, for a bench whose results have a folder of their own or none. */
export const outHelp = (part = ''): string =>
  `directory of the results (default: ${join(LOCAL, part)}, with --quick ${join(QUICK, part)})`

/** The folder for the results; `part` is the bench's own folder in it. */
export function resultsFolder({ out, quick, publish }: Destination, part = ''): string {
  if (publish && quick) throw new UsageError('--publish takes a whole run; leave out --quick')
  if (publish && out !== undefined) throw new UsageError(`--publish writes to ${PUBLISHED}; leave out --out`)
  if (out !== undefined) return out
  return join(publish ? PUBLISHED : quick ? QUICK : LOCAL, part)
}
