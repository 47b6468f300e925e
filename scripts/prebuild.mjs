// Makes prebuilds/<platform>-<arch>/ for this machine; further options are passed to prebuildify (npm run prebuildify -- --arch=x64).
import { fileURLToPath } from 'node:url'
import { run, tool } from './run.mjs'

const cmakeRebuild = fileURLToPath(new URL('cmake-rebuild.mjs', import.meta.url))

run(process.execPath, [tool('prebuildify/bin.js'), '--napi', '--strip', '--tag-libc', ...process.argv.slice(2)], {
  env: {
    ...process.env,
    // A command line instead of a script, as Windows cannot execute a script; prebuildify runs it in a shell there.
    PREBUILD_NODE_GYP: `"${process.execPath}" "${cmakeRebuild}"`,
    ...(process.platform === 'win32' ? {} : { PREBUILD_SHELL: 'sh' }),
  },
})
