// Builds the addon for this machine like a Linux release: with zig's clang and for an old C library. Runs tests on it: a second
// compiler must give the same bits. With --built it uses the library and the tests that are already built. Names of compiled
// test files may follow. Needs Python, because pip installs zig.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { releaseOptions } from './kernel-sets.mjs'
import { run } from './run.mjs'
import { buildVariant, testVariant, variantFolder } from './variant.mjs'

const ZIG = 'ziglang==0.15.2'
const TARGETS = { x64: 'x86_64-linux-gnu.2.28', arm64: 'aarch64-linux-gnu.2.28' }

const built = process.argv.includes('--built')
const files = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const python = join(variantFolder('release'), 'zig', 'bin', 'python')
if (!existsSync(python)) {
  mkdirSync(variantFolder('release'), { recursive: true })
  run('python3', ['-m', 'venv', join(variantFolder('release'), 'zig')])
}
run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ZIG])

const compiler = `${python} -m ziglang c++ -target ${TARGETS[process.arch]}`
buildVariant('release', releaseOptions(), {
  env: { ...process.env, CXX: compiler, CMAKE_CXX_COMPILER_LAUNCHER: '' },
  built,
})
testVariant('release', files)
