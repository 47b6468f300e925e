/** The TypeScript path as a backend. */
import { setImmediate } from 'node:timers/promises'
import type { Backend } from './backend.js'
import {
  evaluate,
  evaluationWorkspace,
  predict,
  predictionWorkspace,
  trainingOf,
  trainingWorkspace,
} from './kernels/program.js'

// How long a turn of the event loop should last, in milliseconds: half of what is promised, as blocks differ.
const TURN = 10
const MOST_BLOCKS = 1 << 20

export const typescriptBackend: Backend = {
  name: 'typescript',
  predictionWorkspace,
  evaluationWorkspace,
  trainingWorkspace,
  predict,
  evaluate,
  train(plan, { parameters, state, workspace, x, y, history }) {
    const training = trainingOf(plan, parameters, state, workspace, x, y, history)
    for (;;) {
      const outcome = training(MOST_BLOCKS)
      if (outcome !== null) return outcome
    }
  },
  async trainAsync(plan, { parameters, state, workspace, x, y, history }) {
    const training = trainingOf(plan, parameters, state, workspace, x, y, history)
    let blocks = 1
    for (;;) {
      // The caller's own turn does not count: begin on a fresh one.
      await setImmediate()
      const start = performance.now()
      const outcome = training(blocks)
      if (outcome !== null) return outcome
      const took = performance.now() - start
      // At most twice as many as before, so that one quick turn does not lead to a long one.
      blocks = Math.max(1, Math.min(Math.floor((blocks * TURN) / Math.max(took, 0.001)), 2 * blocks, MOST_BLOCKS))
    }
  },
}
