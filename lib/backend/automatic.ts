/** The backend of `auto` without the addon: the WebAssembly module once it is loaded, before that TypeScript. */
import type { Backend } from './backend.js'
import { typescriptBackend } from './typescript.js'
import { beginLoading, loadedWasm } from './wasm/load.js'
import { isMemoryError } from './wasm/memory-error.js'

/** The backend that a call uses now. */
function best(): Backend {
  const wasm = loadedWasm()
  if (wasm !== null) return wasm
  beginLoading()
  return typescriptBackend
}

/**
 * Calls the backend that `chosen` returns. Where that has not enough memory, nothing has happened yet, and TypeScript is
 * called.
 */
function delegating(chosen: () => Backend, failed: () => void, forFit?: () => Backend): Backend {
  function call<Result>(use: (backend: Backend) => Result): Result {
    const backend = chosen()
    if (backend === typescriptBackend) return use(backend)
    try {
      return use(backend)
    } catch (error) {
      if (!isMemoryError(error)) throw error
      failed()
      return use(typescriptBackend)
    }
  }

  /** Calls a function that each backend makes of a plan. It is made again for another backend. */
  function made<Given extends readonly unknown[]>(
    make: (backend: Backend) => (...given: Given) => void,
  ): (...given: Given) => void {
    const functions = new Map<Backend, (...given: Given) => void>()
    return (...given) =>
      call((backend) => {
        let own = functions.get(backend)
        if (own === undefined) {
          own = make(backend)
          functions.set(backend, own)
        }
        own(...given)
      })
  }

  return {
    get name() {
      return chosen().name
    },
    forFit,
    predictor: (plan) => made((backend) => backend.predictor(plan)),
    gradients: (plan) => made((backend) => backend.gradients(plan)),
    predictAsync: (given) => call((backend) => backend.predictAsync(given)),
    stepEndWorkspace: (plan) => call((backend) => backend.stepEndWorkspace(plan)),
    applyGradients: (plan, parameters, gradients, state, workspace) =>
      call((backend) => {
        const own = atLeast(workspace, backend.stepEndWorkspace(plan))
        backend.applyGradients(plan, parameters, gradients, state, own)
      }),
    evaluationWorkspace: (plan) => call((backend) => backend.evaluationWorkspace(plan)),
    evaluate: (plan, parameters, x, y, sampleWeight, output, workspace) =>
      call((backend) => {
        const own = atLeast(workspace, backend.evaluationWorkspace(plan))
        return backend.evaluate(plan, parameters, x, y, sampleWeight, output, own)
      }),
    metric: (...given) => call((backend) => backend.metric(...given)),
    usefulThreads: (...given) => call((backend) => backend.usefulThreads(...given)),
    sessionWorkspace: (shape) => call((backend) => backend.sessionWorkspace(shape)),
    openSession: (given) => call((backend) => backend.openSession(given)),
  }
}

/** A workspace that was made for another backend, or a longer one. */
const atLeast = (workspace: Float64Array, length: number): Float64Array =>
  workspace.length >= length ? workspace : new Float64Array(length)

/** For one fit: its name is that of the backend that trains it, also where that changes for later ones. */
function forFit(): Backend {
  let backend = best()
  return delegating(
    () => backend,
    () => {
      backend = typescriptBackend
    },
  )
}

export const automaticBackend: Backend = delegating(best, () => {}, forFit)
