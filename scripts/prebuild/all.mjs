// Makes the binaries of all platforms on one Linux machine, or of those that are named (npm run prebuild:all -- linux-x64-musl win32-x64).
// zig compiles each for its system and an old version of its C library; a target that was built before compiles only what has changed.
import { join } from 'node:path'
import { root, run } from '../run.mjs'
import { zig } from '../zig.mjs'
import { lld } from './lld.mjs'
import { prebuildify } from './prebuildify.mjs'
import { named, prebuiltFile, targets } from './targets.mjs'

const names = process.argv.slice(2)
const unknown = names.find((name) => !named(name))
if (unknown !== undefined) fail(`Expected names of targets but received "${unknown}". Known: ${list(targets)}.`)
const chosen = names.length === 0 ? targets : names.map(named)
if (chosen.some(({ platform }) => platform === 'darwin')) lld()
zig()
if (process.platform === 'win32')
  fail('All binaries are built on Linux or macOS: the tools of the build are shell scripts.')
// zig shows its linker's command as one text.
if (/\s/.test(root)) fail(`The binaries are built in a folder whose path has no spaces, unlike ${root}.`)

for (const target of chosen) {
  const start = performance.now()
  prebuildify(target)
  console.log(`${prebuiltFile(target)} is built after ${Math.round((performance.now() - start) / 1000)} s`)
}
run(process.execPath, [join(root, 'scripts', 'check-prebuilds.mjs'), ...names])

function list(all) {
  return all.map(({ name }) => name).join(', ')
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
