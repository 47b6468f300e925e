// Builds the addon of a Linux release for this processor, as npm run prebuild:all does, and runs tests on it: another compiler
// and its linker must give the same bits. With --built it uses the library and the tests that are already built. Names of compiled
// test files may follow. Needs Python, because pip installs zig.
import { join } from 'node:path'
import { named } from './prebuild/targets.mjs'
import { npm, root, run } from './run.mjs'
import { testVariant } from './variant.mjs'

const { name, arch } = named(`linux-${process.arch}`)
const files = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
// Not by prebuildify, which would put it into prebuilds/.
run(process.execPath, [join(root, 'scripts', 'prebuild', 'node-gyp.mjs'), name, `--arch=${arch}`])
if (!process.argv.includes('--built')) run(process.execPath, [npm, 'run', 'build:ts'])
testVariant(`prebuild/${name}`, files)
