// Runs before npm publish: a package that lacks a binary would quietly be slow on that platform.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

const NEEDED = [
  'dist/index.js',
  'dist/index.d.ts',
  'prebuilds/linux-x64/lockstep-nn.glibc.node',
  'prebuilds/linux-x64/lockstep-nn.musl.node',
  'prebuilds/linux-arm64/lockstep-nn.glibc.node',
  'prebuilds/linux-arm64/lockstep-nn.musl.node',
  'prebuilds/darwin-x64/lockstep-nn.glibc.node',
  'prebuilds/darwin-arm64/lockstep-nn.glibc.node',
  'prebuilds/win32-x64/lockstep-nn.glibc.node',
]

// The C library that Node 20's own binaries need. A binary that needs a newer one would not load on every system with Node.
const NEWEST_GLIBC = 28

const problems = []
for (const name of NEEDED) {
  if (!existsSync(join(root, name))) {
    problems.push(`${name} is missing`)
  } else if (/linux.*glibc/.test(name)) {
    const versions = readFileSync(join(root, name), 'latin1').matchAll(/GLIBC_2\.(\d+)/g)
    const newest = Math.max(...Array.from(versions, ([, minor]) => Number(minor)))
    if (newest > NEWEST_GLIBC) problems.push(`${name} needs glibc 2.${newest}, newer than 2.${NEWEST_GLIBC}`)
  }
}
if (problems.length > 0) {
  console.error(problems.join('\n'))
  console.error('The release workflow makes the binaries of all platforms and publishes them: see CONTRIBUTING.md.')
  process.exit(1)
}
