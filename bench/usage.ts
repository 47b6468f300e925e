/** What a caller did wrong, and how a program ends that is told so. */

import { ProcessError } from './harness/process.js'

/** A mistake of the caller's, told in one line without a stack. */
export class UsageError extends Error {}

/** Runs a program to its end. What the caller or the file system refused needs no stack. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    const known = [UsageError, ProcessError].some((kind) => error instanceof kind)
    if (!(error instanceof Error && (known || 'syscall' in error))) throw error
    console.error(`error: ${error.message}`)
    process.exitCode = 2
  }
}
