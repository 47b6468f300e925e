/** `npm run build` on a machine where nothing is built: its output before it compiles. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { platform } from 'node:process'
import { pathToFileURL } from 'node:url'
import { node, ROOT } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { nativePaths } from '../support/paths.js'

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
      /^Compiling the addon \((\w+)\)\. The first build takes about a minute on two cores, .*\ncompiling compile\n$/,
    )
    file('build/Release/lockstep_nn.node', '')
    assert.equal(build().stdout, 'compiling compile\n')
  })

  it('builds the best kernel set of the processor, or those that LOCKSTEP_SETS names', () => {
    const { file, build } = projectOf("console.log(process.argv.find((argument) => argument.includes('SETS')))")
    file('build/Release/lockstep_nn.node', '')
    // The addon of this checkout may have more, and lists the best first.
    const best = platform === 'linux' ? nativePaths[0].replace('native/', '') : 'all'
    assert.equal(build().stdout, `--CDLOCKSTEP_SETS=${best}\n`)
    assert.equal(build('scalar').stdout, '--CDLOCKSTEP_SETS=scalar\n')
    assert.equal(build('all').stdout, '--CDLOCKSTEP_SETS=all\n')
    // A folder that is configured for other sets is configured again.
    file('build/CMakeCache.txt', 'A:STRING=b\nLOCKSTEP_SETS:STRING=scalar\n')
    assert.equal(build('scalar').stdout, '--CDLOCKSTEP_SETS=scalar\n')
    assert.equal(build('all').stdout, '--CDLOCKSTEP_SETS=all\n--CDLOCKSTEP_SETS=all\n')
    const { status, stdout, stderr } = build('scalar,avx3')
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(
      stderr,
      /^Expected names of kernel sets, separated by commas, for LOCKSTEP_SETS but received "avx3"\. Known on \w+: all, .*scalar\.\n$/,
    )
  })

  it('tells the best kernel set by the features that Linux lists, and builds all where it lists none', async () => {
    const { bestSet } = await import(pathToFileURL(join(ROOT, 'scripts', 'kernel-sets.mjs')).href)
    const x64 = 'processor\t: 0\nflags\t\t: fpu sse2 avx2'
    const all512 = ' avx512f avx512dq avx512bw avx512vl'
    for (const [text, arch, expected] of [
      [`${x64}${all512}\nbugs\t: none\n`, 'x64', 'avx512'],
      [`${x64} avx512f avx512cd\nbugs\t: none\n`, 'x64', 'avx2'],
      ['flags\t: fpu sse2 avx\n', 'x64', 'sse2'],
      ['Features\t: fp asimd\n', 'arm64', 'neon'],
      ['', 'x64', 'all'],
      ['flags\t: other\n', 'riscv64', 'all'],
    ]) {
      assert.equal(bestSet(text, arch), expected)
    }
  })

  it('is what npm run build begins with', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    assert.match(scripts.build, /^npm run build:native && /)
    assert.equal(scripts['build:native'], 'node scripts/build-native.mjs')
  })
})
