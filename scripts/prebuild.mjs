// Makes prebuilds/<platform>-<arch>/ for this machine; more options go through to prebuildify (npm run prebuildify -- --arch=x64).
import { fileURLToPath } from 'node:url'
import { run, tool } from './run.mjs'

const cmakeRebuild = fileURLToPath(new URL('cmake-rebuild.mjs', import.meta.url))

run(process.execPath, [tool('prebuildify/bin.js'), '--napi', '--strip', '--tag-libc', ...process.argv.slice(2)], {
  env: {
    ...process.env,
    // A command line, so that it works on Windows too, where a script is no program; on Windows prebuildify's own shell runs it.
    PREBUILD_NODE_GYP: `"${process.execPath}" "${cmakeRebuild}"`,
    ...(process.platform === 'win32' ? {} : { PREBUILD_SHELL: 'sh' }),
  },
})
