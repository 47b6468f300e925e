// arm64 Linux under qemu's emulation of a processor, with Debian's C library for arm64.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { nodeProgram } from './node.mjs'
import { outputOf } from './support.mjs'

// Where Debian keeps the C library and the C++ run time for arm64.
export const SYSTEM = '/usr/aarch64-linux-gnu'
const MAJOR = 24

export const EMULATOR = 'qemu-aarch64-static'

export const hasEmulator = () => !spawnSync(EMULATOR, ['--version']).error

export const runners = [
  {
    name: `linux-arm64 (emulated), Node ${MAJOR}`,
    needs: 'On Debian: apt-get install qemu-user-static libstdc++6-arm64-cross',
    available: () => hasEmulator() && existsSync(`${SYSTEM}/lib/libstdc++.so.6`),
    run: async (file, args = [], variables = {}) => {
      const node = await nodeProgram('linux-arm64', MAJOR)
      return outputOf(EMULATOR, ['-L', SYSTEM, node, file, ...args], { environment: variables })
    },
  },
]
