// Builds the addon for this machine as a release for Linux does, with zig's clang and for an old C library, and runs tests on it:
// a second compiler, which must give the same bits. Names of compiled test files may follow. Needs Python, for zig comes as a
// package of pip.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.mjs'
import { buildVariant, testVariant, variantFolder } from './variant.mjs'

const ZIG = 'ziglang==0.15.2'
const TARGETS = { x64: 'x86_64-linux-gnu.2.28', arm64: 'aarch64-linux-gnu.2.28' }

const files = process.argv.slice(2)
const python = join(variantFolder('release'), 'zig', 'bin', 'python')
if (!existsSync(python)) {
  mkdirSync(variantFolder('release'), { recursive: true })
  run('python3', ['-m', 'venv', join(variantFolder('release'), 'zig')])
}
run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ZIG])

const compiler = `${python} -m ziglang c++ -target ${TARGETS[process.arch]}`
buildVariant('release', [], { ...process.env, CXX: compiler })
testVariant('release', files)
