/** Work with files that is written once, and runs synchronously or asynchronously. */

/** Yields the result of each operation: a value, or a promise of one. The runner resumes it with the value. */
export type Steps<Result> = Generator<unknown, Result, unknown>

/** A value, or a promise of one. */
export type Awaitable<Value> = Value | Promise<Value>

/** The value of an operation: `yield* wait(files.open(path))`. */
export function* wait<Value>(operation: Awaitable<Value>): Steps<Value> {
  return (yield operation) as Value
}

/** Runs steps whose operations are synchronous. */
export function runStepsSync<Result>(steps: Steps<Result>): Result {
  let step = steps.next()
  while (!step.done) step = steps.next(step.value)
  return step.value
}

export async function runSteps<Result>(steps: Steps<Result>): Promise<Result> {
  let step = steps.next()
  while (!step.done) {
    let resume: () => IteratorResult<unknown, Result>
    try {
      const value = await step.value
      resume = () => steps.next(value)
    } catch (error) {
      resume = () => steps.throw(error)
    }
    step = resume()
  }
  return step.value
}
