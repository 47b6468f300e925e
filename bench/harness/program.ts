/** How a bench ends. */
import { ProcessError } from './process.js'

/** A mistake of the caller. */
export class UsageError extends Error {}

/** This machine lacks something that the bench needs. */
export class CannotMeasure extends Error {}

/** Runs a bench. Wrong usage, a missing tool and a file-system error print one line, without a stack, and exit with 2. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    const known = [UsageError, CannotMeasure, ProcessError].some((kind) => error instanceof kind)
    if (!(error instanceof Error && (known || 'syscall' in error))) throw error
    console.error(`error: ${error.message}`)
    process.exitCode = 2
  }
}
