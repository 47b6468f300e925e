// prebuildify runs this instead of node-gyp. cmake-js has only these two of node-gyp's options.
import { releaseOptions } from './kernel-sets.mjs'
import { compilerCache, run, tool } from './run.mjs'

const known = process.argv.slice(2).filter((argument) => /^--(arch=|debug$)/.test(argument))
const target = known.find((argument) => argument.startsWith('--arch='))?.slice('--arch='.length)
run(
  process.execPath,
  [tool('cmake-js/bin/cmake-js'), 'rebuild', '--parallel', '4', ...releaseOptions(target), ...known],
  {
    env: { ...compilerCache(), ...process.env },
  },
)
