// Checks the binaries in prebuilds/: all of a release, or those of the targets that are named. Runs before npm publish, too: a
// package that lacks a binary would quietly be slow on that platform.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { problemsOf } from './binaries/check.mjs'
import { named, prebuiltFile, targets } from './prebuild/targets.mjs'
import { root } from './run.mjs'

// Of all binaries: what they add to an installation.
const MAX_BYTES = 14e6

const names = process.argv.slice(2)
const chosen = names.length === 0 ? targets : names.map(named)
let total = 0
const problems = chosen.flatMap(checked)
if (names.length === 0) {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  problems.push(...filesIn(exports).flatMap((file) => (existsSync(join(root, file)) ? [] : [`${file} is missing`])))
  if (total > MAX_BYTES) problems.push(`The binaries have ${total} bytes, more than ${MAX_BYTES}`)
  else console.log(`ok     all binaries: ${total} bytes`)
}
for (const problem of problems) console.error(`FAILED ${problem}`)
if (problems.length > 0) {
  console.error('npm run prebuild:all makes the binaries of all platforms: see CONTRIBUTING.md.')
  process.exit(1)
}

/** The problems of a target's binary as sentences. */
function checked(target) {
  const file = prebuiltFile(target)
  if (!existsSync(join(root, file))) return [`${file} is missing`]
  const bytes = readFileSync(join(root, file))
  total += bytes.length
  const found = problemsOf(target, bytes)
  if (found.length === 0) console.log(`ok     ${file}: ${bytes.length} bytes`)
  return found.map((problem) => `${file} ${problem}`)
}

/** The files that the package's subpaths name, but for patterns of names. */
function filesIn(exports) {
  if (typeof exports === 'string') return exports.includes('*') ? [] : [exports]
  return Object.values(exports ?? {}).flatMap(filesIn)
}
