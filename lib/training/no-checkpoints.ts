/** Checkpoints where there are no files: the check of the option `checkpoint` has refused it before. */
import type { FitCheckpoints } from './fit-checkpoints.js'

export const openCheckpoints = (..._given: unknown[]): FitCheckpoints => {
  throw new Error('Checkpoints need files.')
}
