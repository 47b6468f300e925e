/** `npm run build` on a machine where nothing is built: what it says before it compiles. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { node, ROOT } from '../support/child.js'
import { folderOf } from '../support/folder.js'

describe('the build of the addon', () => {
  const folder = folderOf()

  it('says before the first compilation how long it takes, and only then', () => {
    // The project's scripts in a folder of their own, with programs in place of cmake-js and TypeScript.
    const project = folder()
    const file = (path: string, text: string) => {
      mkdirSync(join(project, path, '..'), { recursive: true })
      writeFileSync(join(project, path), text)
    }
    for (const name of ['build-native.mjs', 'run.mjs'])
      cpSync(join(ROOT, 'scripts', name), join(project, 'scripts', name))
    file('node_modules/typescript/package.json', '{}')
    file('node_modules/cmake-js/bin/cmake-js', "console.log('compiling', process.argv[2])")
    const build = () => node([join(project, 'scripts', 'build-native.mjs')], { cwd: project })

    const first = build()
    assert.equal(first.status, 0, first.stderr)
    assert.match(
      first.stdout,
      /^Compiling the addon\. The first build takes about 2 to 4 minutes .*\ncompiling compile\n$/,
    )
    file('build/Release/lockstep_nn.node', '')
    assert.equal(build().stdout, 'compiling compile\n')
  })

  it('is what npm run build begins with', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    assert.match(scripts.build, /^npm run build:native && /)
    assert.equal(scripts['build:native'], 'node scripts/build-native.mjs')
  })
})
