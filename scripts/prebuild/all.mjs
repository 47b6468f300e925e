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
if (process.platform === 'win32')
  fail('The binaries of all platforms are built on Linux or macOS: the tools are shell scripts.')
if (/\s/.test(root)) fail(`zig's linker needs a folder whose path has no spaces, unlike ${root}.`)

const chosen = names.length === 0 ? targets : names.map(named)
zig()
if (chosen.some(({ platform }) => platform === 'darwin')) lld()

for (const target of chosen) {
  const start = performance.now()
  prebuildify(target)
  console.log(`${prebuiltFile(target)} is built after ${Math.round((performance.now() - start) / 1000)} s`)
}
run(process.execPath, [join(root, 'scripts', 'check-prebuilds.mjs'), ...chosen.map(({ name }) => name)])

function list(all) {
  return all.map(({ name }) => name).join(', ')
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
