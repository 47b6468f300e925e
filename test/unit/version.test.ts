/** Names that several files of the package repeat. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { VERSION } from '#lib/checks/version.js'
import { ROOT } from '../support/child.js'

const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8')

describe('the package', () => {
  it('has the version of package.json', () => {
    assert.equal(VERSION, JSON.parse(read('package.json')).version)
  })

  it('has no private members of JavaScript, which only the class that made an object could read', () => {
    const files = readdirSync(join(ROOT, 'lib'), { encoding: 'utf8', recursive: true })
    const sources = files.filter((name) => name.endsWith('.ts')).map((name) => join('lib', name))
    assert.ok(sources.length > 100)
    assert.deepEqual(
      sources.filter((name) => /\.#\w|^\s+(readonly |static |async |get |set )*#\w+\s*[=(;:?!]/m.test(read(name))),
      [],
    )
  })

  it('has a static entry for the binary of each platform', () => {
    const platforms = ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-x64', 'darwin-arm64']
    const musl = platforms.filter((platform) => platform.startsWith('linux'))
    const entries = [
      ...platforms.map((platform) => [platform, `${platform}/lockstep-nn.glibc.node`]),
      ...musl.map((platform) => [`${platform}-musl`, `${platform}/lockstep-nn.musl.node`]),
    ]
    const files = readdirSync(join(ROOT, 'lib', 'binaries')).filter((name) => name.endsWith('.ts'))
    assert.deepEqual(files.sort(), entries.map(([name]) => `${name}.ts`).sort())
    for (const [name, file] of entries) {
      assert.ok(read(`lib/binaries/${name}.ts`).includes(`require('../../prebuilds/${file}')`), name)
      const entry = read(`lib/native/${name}.ts`)
      assert.ok(entry.includes(`'../binaries/${name}.js'`) && entry.includes(`useBinary('${name}', binary)`), name)
    }
  })
})
