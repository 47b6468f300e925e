// Builds the addon in another way than `npm run build` does, beside it in out/<name>, and runs test files on it.
import { join } from 'node:path'
import { npm, root, run, tool, tsc } from './run.mjs'

// The tests that tell whether a build gives the right bits. The others are about TypeScript, or about where the addon is found.
const TESTS = ['symbols', 'equality', 'zeros', 'workspace', 'digests', 'experiment']

export const variantFolder = (name) => join(root, 'out', name)

/** Builds out/<name>/build with more options for cmake-js, and the tests. */
export function buildVariant(name, options, env = process.env) {
  const build = join(variantFolder(name), 'build')
  run(process.execPath, [tool('cmake-js/bin/cmake-js'), 'compile', '--out', build, '--parallel', '4', ...options], {
    env,
  })
  run(process.execPath, [npm, 'run', 'build:lib'])
  run(process.execPath, [tsc, '-p', 'tsconfig.dev.json'])
}

/** Runs these compiled test files, or those above, on that build; `node` is a program that runs in Node's place. */
export function testVariant(name, files, { node = process.execPath, env = {} } = {}) {
  // Without the project's settings, whose list of test files would be added to this one.
  const mocha = [tool('mocha/bin/mocha.js'), '--no-config', '--timeout', '0']
  const tests = files.length > 0 ? files : TESTS.map((test) => `out/test/${test}.test.js`)
  // node-gyp-build looks for the addon in the folder that this variable names, and the test of symbols for the objects.
  run(node, [...mocha, ...tests], { env: { ...process.env, ...env, LOCKSTEP_NN_PREBUILD: variantFolder(name) } })
}
