/** `npm run build` on a machine where nothing is built: its output before it compiles. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { node, ROOT } from '../support/child.js'
import { folderOf } from '../support/folder.js'

describe('the build of the addon', () => {
  const folder = folderOf()

  /** The project's scripts in a folder of their own, with stand-ins for cmake-js and TypeScript. */
  function projectOf(cmake: string) {
    const project = folder()
    const file = (path: string, text: string) => {
      mkdirSync(join(project, path, '..'), { recursive: true })
      writeFileSync(join(project, path), text)
    }
    for (const name of ['build-native.mjs', 'kernel-sets.mjs', 'run.mjs'])
      cpSync(join(ROOT, 'scripts', name), join(project, 'scripts', name))
    file('node_modules/typescript/package.json', '{}')
    file('node_modules/cmake-js/bin/cmake-js', cmake)
    const build = (LOCKSTEP_SETS = '') =>
      node([join(project, 'scripts', 'build-native.mjs')], { cwd: project, variables: { LOCKSTEP_SETS } })
    return { file, build }
  }

  it('prints before the first compilation how long it takes, and only then', () => {
    const { file, build } = projectOf("console.log('compiling', process.argv[2])")
    const first = build()
    assert.equal(first.status, 0, first.stderr)
    assert.match(
      first.stdout,
      /^Compiling the addon\. The first build takes about 1 to 3 minutes .*\ncompiling compile\n$/,
    )
    file('build/Release/lockstep_nn.node', '')
    assert.equal(build().stdout, 'compiling compile\n')
  })

  it('builds all kernel sets, or those that LOCKSTEP_SETS names', () => {
    const { file, build } = projectOf("console.log(process.argv.find((argument) => argument.includes('SETS')))")
    file('build/Release/lockstep_nn.node', '')
    assert.equal(build().stdout, '--CDLOCKSTEP_SETS=all\n')
    assert.equal(build('scalar').stdout, '--CDLOCKSTEP_SETS=scalar\n')
    // A folder that is configured for other sets is configured again.
    file('build/CMakeCache.txt', 'A:STRING=b\nLOCKSTEP_SETS:STRING=scalar\n')
    assert.equal(build('scalar').stdout, '--CDLOCKSTEP_SETS=scalar\n')
    assert.equal(build().stdout, '--CDLOCKSTEP_SETS=all\n--CDLOCKSTEP_SETS=all\n')
    const { status, stdout, stderr } = build('scalar,avx3')
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(
      stderr,
      /^Expected names of kernel sets, separated by commas, for LOCKSTEP_SETS but received "avx3"\. Known on \w+: .*scalar\.\n$/,
    )
  })

  it('is what npm run build begins with', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    assert.match(scripts.build, /^npm run build:native && /)
    assert.equal(scripts['build:native'], 'node scripts/build-native.mjs')
  })
})
