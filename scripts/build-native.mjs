// Compiles the addon for this machine: what has changed, and at first all of it, which takes minutes and prints little.
// LOCKSTEP_SETS=scalar,avx512 builds only these kernel sets: for a developer who changes kernels and tests one set after the other.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { developerOptions } from './kernel-sets.mjs'
import { compilerCache, root, run, tool } from './run.mjs'

const ADDON = join(root, 'build', 'Release', 'lockstep_nn.node')

const options = developerOptions()
if (!existsSync(ADDON)) {
  console.log(
    'Compiling the addon. The first build takes about 1 to 3 minutes on two cores; later ones only what has changed.',
  )
}
run(
  process.execPath,
  [tool('cmake-js/bin/cmake-js'), 'compile', '--parallel', '4', ...options, ...process.argv.slice(2)],
  { env: { ...compilerCache(), ...process.env } },
)
