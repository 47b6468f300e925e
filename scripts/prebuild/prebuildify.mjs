// Runs prebuildify, which puts a binary into prebuilds/ under the name that node-gyp-build looks for. It builds in a folder of its
// own, so that the developer's build stays as it is.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { root, run, tool } from '../run.mjs'
import { buildFolder } from './targets.mjs'

const nodeGyp = fileURLToPath(new URL('node-gyp.mjs', import.meta.url))

/** Makes the binary of a target, or without one that of this machine by its own compiler; `more` are options of prebuildify. */
export function prebuildify(target, more = []) {
  const name = target?.name ?? 'this-machine'
  const folder = buildFolder(name)
  mkdirSync(folder, { recursive: true })
  // zig's linker strips, and the strip of this machine does not know every other system's binaries.
  const options = target
    ? [`--platform=${target.platform}`, `--arch=${target.arch}`, `--libc=${target.libc}`]
    : ['--strip', ...more]
  const places = ['--cwd', folder, '--out', root, '--name', 'lockstep-nn']
  run(process.execPath, [tool('prebuildify/bin.js'), '--napi', '--tag-libc', ...places, ...options], {
    env: {
      ...process.env,
      // A command line, which prebuildify runs in a shell: Windows cannot execute a script.
      PREBUILD_NODE_GYP: [process.execPath, nodeGyp, name].map((word) => `"${word}"`).join(' '),
      ...(process.platform === 'win32' ? {} : { PREBUILD_SHELL: 'sh' }),
    },
  })
}
