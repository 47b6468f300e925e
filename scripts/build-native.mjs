// Compiles the addon for this machine: only changed sources, or all of them the first time, which takes minutes and prints
// little. Builds the best kernel set of this processor; LOCKSTEP_SETS=scalar,avx512 builds these, and LOCKSTEP_SETS=all all.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { developerOptions } from './kernel-sets.mjs'
import { compilerCache, root, run, tool } from './run.mjs'

const ADDON = join(root, 'build', 'Release', 'lockstep_nn.node')
const CACHE = join(root, 'build', 'CMakeCache.txt')

const options = developerOptions()
if (!existsSync(ADDON)) {
  console.log(
    `Compiling the addon (${options[0].split('=')[1]}). The first build takes about a minute on two cores, or three with ` +
      'LOCKSTEP_SETS=all; later ones only what has changed.',
  )
}
// cmake-js configures a folder once: other kernel sets need an explicit reconfiguration.
if (existsSync(CACHE) && !options.includes(setsOf(readFileSync(CACHE, 'utf8')))) cmake('configure')
cmake('compile', '--parallel', '4')

/** The option with which this folder is configured. */
function setsOf(cache) {
  return `--CDLOCKSTEP_SETS=${/^LOCKSTEP_SETS:STRING=(.*)$/m.exec(cache)?.[1].trim() ?? 'all'}`
}

function cmake(command, ...more) {
  run(process.execPath, [tool('cmake-js/bin/cmake-js'), command, ...more, ...options, ...process.argv.slice(2)], {
    env: { ...compilerCache(), ...process.env },
  })
}
