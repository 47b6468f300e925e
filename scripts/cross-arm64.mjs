// Builds the addon for arm64 Linux on another machine, with Debian's cross compiler, and checks the symbols of the result.
// With --run it also runs tests on it, in an arm64 Node under qemu's user emulation: the NEON kernels against the
// TypeScript backend. With --built it uses the library and the tests that are already built. Names of compiled test files may follow.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EMULATOR, SYSTEM } from './platforms/arm64.mjs'
import { nodeProgram } from './platforms/node.mjs'
import { buildVariant, testVariant, variantFolder } from './variant.mjs'

const TOOLS = 'aarch64-linux-gnu-'
const PACKAGES = { [`${TOOLS}g++`]: 'g++-aarch64-linux-gnu', [EMULATOR]: 'qemu-user-static' }

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
  need(EMULATOR)
  const node = await arm64Node()
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

/** Node for arm64, as a program that this machine can start. */
async function arm64Node() {
  const emulated = join(variantFolder('arm64'), 'node')
  const command = [EMULATOR, '-L', SYSTEM, await nodeProgram('linux-arm64', 20)].map((word) => `'${word}'`)
  writeFileSync(emulated, `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`, { mode: 0o755 })
  return emulated
}
