// prebuildify runs this where it would run node-gyp. Of node-gyp's options only these two mean anything to cmake-js.
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
