// Builds the addon for this machine like a Linux release: with zig's clang and for an old C library. Runs tests on it: a second
// compiler must give the same bits. With --built it uses the library and the tests that are already built. Names of compiled
// test files may follow. Needs Python, because pip installs zig.
import { join } from 'node:path'
import { releaseOptions } from './kernel-sets.mjs'
import { buildVariant, testVariant, variantFolder } from './variant.mjs'
import { zigTools } from './zig.mjs'

const TARGETS = { x64: 'x86_64-linux-gnu.2.28', arm64: 'aarch64-linux-gnu.2.28' }

const built = process.argv.includes('--built')
const files = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const tools = zigTools(TARGETS[process.arch], join(variantFolder('release'), 'tools'))
buildVariant('release', releaseOptions(), {
  env: { ...process.env, CXX: tools['c++'], CMAKE_CXX_COMPILER_LAUNCHER: '' },
  built,
})
testVariant('release', files)
