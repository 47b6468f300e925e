/** The library's main property: every backend ends in the same bits. */
import fc from 'fast-check'
import { cases } from './arbitraries.js'
import { sameBits } from './bits.js'
import { type Case, dataOf } from './case.js'
import type { Coverage } from './coverage.js'
import { paths } from './paths.js'
import { type Method, run, sameOutcome } from './run.js'

const METHODS: readonly Method[] = ['fitSync', 'fit']

/** Trains a case on every backend, synchronously and asynchronously. */
export async function everyPathAgrees(drawn: Case, coverage: Coverage): Promise<void> {
  const data = dataOf(drawn)
  const before = { x: data.x.slice(), y: data.y.slice() }
  const expected = await run(drawn, data, 'typescript', 'fitSync')
  coverage.note(drawn, expected)
  for (const [i, path] of paths.entries()) {
    for (const [k, method] of METHODS.entries()) {
      if (path === 'typescript' && method === 'fitSync') continue
      // One of the two on as many threads as were drawn, the other on one.
      const threads = i % 2 === k ? drawn.threads : 1
      const outcome = await run({ ...drawn, threads }, data, path, method)
      sameOutcome(outcome, expected, `${path}, ${method}, threads: ${threads}`)
    }
  }
  sameBits(data.x, before.x, 'x after all trainings')
  sameBits(data.y, before.y, 'y after all trainings')
}

/** How many cases one round draws, in a test and when fuzzing, so that a seed means the same in both. */
export const CASES = 1000

/** A random seed for a round. */
export const anySeed = (): number => Math.floor(Math.random() * 2 ** 31)

/** One round, or the first cases of one. The report of a failure names the seed, and the smallest case that was found to fail. */
export async function round(
  seed: number,
  coverage: Coverage,
  numRuns = CASES,
): Promise<{ cases: number; failure: string | null }> {
  const property = fc.asyncProperty(cases, (drawn) => everyPathAgrees(drawn, coverage))
  const details = await fc.check(property, { seed, numRuns })
  if (!details.failed) return { cases: details.numRuns, failure: null }
  const reason = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance)
  const report = await fc.asyncDefaultReportMessage(details)
  return {
    cases: details.numRuns,
    failure: `${reason}\n${report}\nTo run it again: npm run fuzz -- --seed ${seed}`,
  }
}
