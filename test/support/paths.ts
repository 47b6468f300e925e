/** The backends that run on this machine. */
import { backends } from 'lockstep-nn'

const available = backends()
  .filter((backend) => backend.available)
  .map(({ name }) => name)

/** `native/avx512`, …: every kernel set that this processor can run. */
export const nativePaths: readonly string[] = available.filter((name) => name !== 'typescript')

export const paths: readonly string[] = ['typescript', ...nativePaths]

/**
 * One backend of each implementation: TypeScript, and the best kernel set of the addon. For tests of what does not depend on
 * the instruction set; those in equality/ compare all kernel sets.
 */
export const implementations: readonly string[] = ['typescript', ...nativePaths.slice(0, 1)]
