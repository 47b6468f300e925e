// Which kernel sets a build of the addon has.
import { arch, env } from 'node:process'

const SETS = { x64: ['avx512', 'avx2', 'sse2', 'scalar'], arm64: ['neon', 'scalar'] }
// Every x64 processor has SSE2, and every arm64 processor NEON.
const RELEASED = { x64: ['avx512', 'avx2', 'sse2'], arm64: ['neon'] }

const known = (target) => SETS[target] ?? ['scalar']

/** The option for cmake-js. `all` is named too, as an earlier build in the folder may have had others. */
const option = (sets) => [`--CDLOCKSTEP_SETS=${sets.length === 0 ? 'all' : sets.join(',')}`]

/** For a developer's build: the kernel sets that LOCKSTEP_SETS names (LOCKSTEP_SETS=scalar,avx512), or all. */
export function developerOptions() {
  const sets = (env.LOCKSTEP_SETS ?? '').split(',').filter((name) => name !== '')
  const wrong = sets.find((name) => !known(arch).includes(name))
  if (wrong === undefined) return option(sets)
  console.error(
    `Expected names of kernel sets, separated by commas, for LOCKSTEP_SETS but received "${wrong}". ` +
      `Known on ${arch}: ${known(arch).join(', ')}.`,
  )
  process.exit(1)
}

/** For a release: only sets that some processor of this kind needs. */
export const releaseOptions = (target = arch) => option(RELEASED[target] ?? [])
