// The platforms that a release has a binary for. `triple` is zig's name of the platform, with the oldest version of its system.
// glibc 2.28 and macOS 11 are those of Node 20's own binaries. `libc` is a part of the file's name on every system, as
// node-gyp-build looks for it.
import { join } from 'node:path'
import { root } from '../run.mjs'

export const targets = [
  { name: 'linux-x64', platform: 'linux', arch: 'x64', libc: 'glibc', triple: 'x86_64-linux-gnu.2.28' },
  { name: 'linux-x64-musl', platform: 'linux', arch: 'x64', libc: 'musl', triple: 'x86_64-linux-musl' },
  { name: 'linux-arm64', platform: 'linux', arch: 'arm64', libc: 'glibc', triple: 'aarch64-linux-gnu.2.28' },
  { name: 'linux-arm64-musl', platform: 'linux', arch: 'arm64', libc: 'musl', triple: 'aarch64-linux-musl' },
  { name: 'win32-x64', platform: 'win32', arch: 'x64', libc: 'glibc', triple: 'x86_64-windows-gnu' },
  { name: 'win32-arm64', platform: 'win32', arch: 'arm64', libc: 'glibc', triple: 'aarch64-windows-gnu' },
  { name: 'darwin-x64', platform: 'darwin', arch: 'x64', libc: 'glibc', triple: 'x86_64-macos.11.0' },
  { name: 'darwin-arm64', platform: 'darwin', arch: 'arm64', libc: 'glibc', triple: 'aarch64-macos.11.0' },
]

export const named = (name) => targets.find((target) => target.name === name)

/** The binary's path in the package, with slashes on every system. */
export const prebuiltFile = ({ platform, arch, libc }) => `prebuilds/${platform}-${arch}/lockstep-nn.${libc}.node`

/** Where a target is built; prebuildify takes the binary from its build/Release. */
export const buildFolder = (name) => join(root, 'out', 'prebuild', name)
