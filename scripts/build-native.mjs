// Compiles the addon for this machine: what has changed, and at first all of it, which takes minutes and prints little.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { compilerCache, root, run, tool } from './run.mjs'

const ADDON = join(root, 'build', 'Release', 'lockstep_nn.node')

if (!existsSync(ADDON)) {
  console.log(
    'Compiling the addon. The first build takes about 2 to 4 minutes on two cores; later ones only what has changed.',
  )
}
run(process.execPath, [tool('cmake-js/bin/cmake-js'), 'compile', '--parallel', '4', ...process.argv.slice(2)], {
  env: { ...compilerCache(), ...process.env },
})
