/**
 * One side of `npm run bench:compare`: `compare-child.js CHECKOUT KERNELSET QUICK` loads the build of a checkout and answers
 * requests `{ workload, repetitions }` with `{ seconds, digest }`. An empty `KERNELSET` means the best one.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { type Library, type Prepared, WORKLOADS } from './compare-workloads.js'

const [checkout, set, quick] = process.argv.slice(2)
const library = (await import(pathToFileURL(join(checkout, 'dist', 'index.js')).href)) as Library

const answer = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const native = library
  .backends()
  .find(({ name, available }) => available && name.startsWith('native/') && (set === '' || name === `native/${set}`))
const addon = Object.keys(createRequire(import.meta.url).cache).filter((file) => file.endsWith('.node'))
answer({ native: native?.name ?? null, addon: addon[0] ?? null })

const prepared = new Map<number, Prepared>()
for await (const line of createInterface({ input: process.stdin })) {
  const { workload, repetitions } = JSON.parse(line) as { workload: number; repetitions: number }
  let run = prepared.get(workload)
  if (run === undefined) {
    run = WORKLOADS[workload].prepare(library, native?.name ?? 'typescript', quick === 'true')
    prepared.set(workload, run)
  }
  const seconds = run.secondsOf(repetitions)
  answer({ seconds, digest: run.digest() })
}
