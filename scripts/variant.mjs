// Builds a variant of the addon in out/<name>, next to the build of `npm run build`, and runs test files on it.
import { join } from 'node:path'
import { compilerCache, npm, root, run, tool } from './run.mjs'

// The tests that check whether a build gives the right bits. The others test TypeScript, or how the addon is found.
const TESTS = [
  'process/symbols',
  'equality/trainings',
  'equality/sparse',
  'equality/workspace',
  'equality/digests',
  'tools/experiment',
]

export const variantFolder = (name) => join(root, 'out', name)

/**
 * Builds out/<name>/build with further options for cmake-js. Unless `built` is true, also builds the library and the tests. With
 * `built` nothing is written outside out/<name>, so several variants can be built and tested at once.
 */
export function buildVariant(name, options, { env = process.env, built = false } = {}) {
  const build = join(variantFolder(name), 'build')
  run(process.execPath, [tool('cmake-js/bin/cmake-js'), 'compile', '--out', build, '--parallel', '4', ...options], {
    env: { ...compilerCache(), ...env },
  })
  if (built) return
  run(process.execPath, [npm, 'run', 'build:ts'])
}

/**
 * Runs these compiled test files, or those above, on that build; `node` is a program that runs instead of Node. Draws few of
 * the cases, unless LOCKSTEP_DRAWN has another value: the tests of the ordinary build draw all in CI.
 */
export function testVariant(name, files, { node = process.execPath, env = {} } = {}) {
  // Without the project's mocha settings, whose list of test files would be added to this one.
  const mocha = [tool('mocha/bin/mocha.js'), '--no-config', '--timeout', '0']
  const tests = files.length > 0 ? files : TESTS.map((test) => `out/test/${test}.test.js`)
  // node-gyp-build looks for the addon in the folder that this variable names, and the test of symbols for the objects.
  const variables = { LOCKSTEP_DRAWN: 'few', ...process.env, ...env, LOCKSTEP_NN_PREBUILD: variantFolder(name) }
  run(node, [...mocha, ...tests], { env: variables })
}
