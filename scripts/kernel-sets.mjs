// Which kernel sets a build of the addon has.
import { readFileSync } from 'node:fs'
import { arch, env } from 'node:process'

const SETS = { x64: ['avx512', 'avx2', 'sse2', 'scalar'], arm64: ['neon', 'scalar'] }
// Every x64 processor has SSE2, and every arm64 processor NEON.
const RELEASED = { x64: ['avx512', 'avx2', 'sse2'], arm64: ['neon'] }

const known = (target) => SETS[target] ?? ['scalar']

/** The option for cmake-js. `all` is named too, as an earlier build in the folder may have had others. */
const option = (sets) => [`--CDLOCKSTEP_SETS=${sets.join(',')}`]

/** The sets that Linux's names of a processor's features allow, best first. */
const FEATURES = {
  x64: [
    ['avx512', ['avx512f', 'avx512dq', 'avx512bw', 'avx512vl']],
    ['avx2', ['avx2']],
    ['sse2', []],
  ],
  arm64: [['neon', []]],
}

/**
 * The best kernel set of a processor, by the text of /proc/cpuinfo; `all` where that is not known. A developer's build needs no
 * others: they are two thirds of the time of a first build, and CI builds and tests all.
 */
export function bestSet(cpuinfo, target = arch) {
  const features = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1].trim().split(/\s+/)
  const best = FEATURES[target]?.find(([, needed]) => needed.every((name) => features?.includes(name)))
  return features === undefined || best === undefined ? 'all' : best[0]
}

function processorText() {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8')
  } catch {
    return ''
  }
}

/**
 * For a developer's build: the kernel sets that LOCKSTEP_SETS names (LOCKSTEP_SETS=scalar,avx512), or `all`; without it the best
 * one of this processor.
 */
export function developerOptions() {
  const sets = (env.LOCKSTEP_SETS ?? '').split(',').filter((name) => name !== '')
  if (sets.length === 0) return option([bestSet(processorText())])
  const wrong = sets.find((name) => name !== 'all' && !known(arch).includes(name))
  if (wrong === undefined) return option(sets.includes('all') ? ['all'] : sets)
  console.error(
    `Expected names of kernel sets, separated by commas, for LOCKSTEP_SETS but received "${wrong}". ` +
      `Known on ${arch}: all, ${known(arch).join(', ')}.`,
  )
  process.exit(1)
}

/** For a release: only sets that some processor of this kind needs. */
export const releaseOptions = (target = arch) => option(RELEASED[target] ?? ['all'])
