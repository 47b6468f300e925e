// prebuildify runs this instead of node-gyp, with a target's name or `this-machine` in front of node-gyp's options, of which cmake-js
// has only two.
import { join } from 'node:path'
import { releaseOptions } from '../kernel-sets.mjs'
import { compilerCache, root, run, tool } from '../run.mjs'
import { buildFolder, named } from './targets.mjs'
import { toolchain } from './toolchain.mjs'

const [name, ...given] = process.argv.slice(2)
const target = named(name)
const options = given.filter((argument) => /^--(arch=|debug$)/.test(argument))
const arch = options.find((argument) => argument.startsWith('--arch='))?.slice('--arch='.length)
const places = ['--directory', root, '--out', join(buildFolder(name), 'build')]

if (target) {
  // The same folder is used again: only what has changed is compiled. ccache does not know zig, which has a cache of its own.
  const env = { ...process.env, CMAKE_CXX_COMPILER_LAUNCHER: '' }
  const more = [...places, ...releaseOptions(arch), `--CDCMAKE_TOOLCHAIN_FILE=${toolchain(target)}`, ...options]
  for (const command of [['configure'], ['build', '--parallel', '2']]) cmake([...command, ...more], env)
} else {
  cmake(['rebuild', '--parallel', '4', ...places, ...releaseOptions(arch), ...options], {
    ...compilerCache(),
    ...process.env,
  })
}

function cmake(programArguments, env) {
  run(process.execPath, [tool('cmake-js/bin/cmake-js'), ...programArguments], { env })
}
