/** useAddon: the addon that a program gives. */
import assert from 'node:assert/strict'
import { copyFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { useAddon } from 'lockstep-nn'
import { ADDON_PROGRAM } from '../support/addon-program.js'
import { ROOT, script } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { copyPackage } from '../support/package-copy.js'
import { nativePaths } from '../support/paths.js'

const PROGRAM = `${ADDON_PROGRAM}
  const [path, other] = JSON.parse(process.env.FILES)
`

describe('useAddon', () => {
  const folder = folderOf()
  const built = createRequire(import.meta.url)('node-gyp-build').path(ROOT) as string
  let [cwd, path, other, wrong, nothing] = ['', '', '', '', '']
  before(() => {
    cwd = join(folder(), 'package')
    copyPackage(cwd)
    ;[path, other, wrong, nothing] = ['one.node', 'other.node', 'wrong.cjs', 'nothing.cjs'].map((name) =>
      join(folder(), name),
    )
    copyFileSync(built, path)
    copyFileSync(built, other)
    writeFileSync(wrong, 'module.exports = { interfaceVersion: 1, kernelSets: [] }')
    writeFileSync(nothing, 'module.exports = null')
  })

  /** The lines that a program prints where the package has no binary. */
  function run(source: string, variables: Readonly<Record<string, string>> = {}): string[] {
    const files = JSON.stringify([path, other])
    const { status, stdout, stderr } = script(PROGRAM + source, { cwd, variables: { FILES: files, ...variables } })
    assert.equal(status, 0, stderr)
    return stdout.trim().split('\n')
  }

  it('uses the file of a path, relative or not, or of a URL', () => {
    const printed = [nativePaths[0], path].join(' ')
    const url = JSON.stringify(pathToFileURL(path).href)
    const files = [JSON.stringify(path), "'../one.node'", url, `new URL(${url})`]
    for (const file of files) assert.deepEqual(run(`useAddon(${file}); console.log(train(), loaded())`), [printed])
  })

  it('uses an addon that is loaded, again after TypeScript was chosen, and before LOCKSTEP_ADDON', () => {
    const lines = run(`
      console.log(train(), backends().filter(({ available }) => available).length)
      useAddon(require(path))
      console.log(train(), loaded())`)
    assert.deepEqual(lines, ['typescript 1', `${nativePaths[0]} ${path}`])
    const variables = { LOCKSTEP_ADDON: other }
    assert.deepEqual(run('useAddon(path); console.log(train(), loaded())', variables), [`${nativePaths[0]} ${path}`])
  })

  it('may replace an addon that only backends() has loaded, and is refused where another one is in use', () => {
    const lines = run(`
      useAddon(other)
      backends()
      useAddon(path)
      console.log(train())
      useAddon(require(path))
      console.log(or(() => useAddon(other)))
      console.log(train())`)
    assert.deepEqual(lines, [
      nativePaths[0],
      'useAddon cannot change the addon: another one is in use. Call useAddon before the first training or prediction.',
      nativePaths[0],
    ])
  })

  it('refuses an addon of another version, and files that do not load', () => {
    const remedy = 'Give the path of a lockstep_nn.node of lockstep-nn 0.1.0.'
    const missing = join(folder(), 'missing.node')
    const files = [wrong, nothing, missing].map((file) => `or(() => useAddon(${JSON.stringify(file)}))`)
    const lines = run(`console.log(${files.join(" + '\\n' + ")}); console.log(train())`)
    assert.equal(
      lines[0],
      `useAddon: ${wrong} could not be loaded (it is of another version of lockstep-nn). ${remedy}`,
    )
    assert.equal(lines[1], `useAddon: ${nothing} could not be loaded (it is not an addon of lockstep-nn). ${remedy}`)
    assert.match(lines[2], /^useAddon: .+missing\.node could not be loaded \(Cannot find module '.+'\)\. Give the path/)
    const loaded = run(`console.log(or(() => useAddon(require(${JSON.stringify(wrong)}))))`)
    assert.deepEqual(loaded, [
      'useAddon cannot use this addon: it is of another version of lockstep-nn. Use the lockstep_nn.node of lockstep-nn 0.1.0.',
    ])
  })

  it('refuses anything else', () => {
    const received = ['null', 'undefined', 'an object', '1 of type number', 'an array of length 0', 'an object']
    for (const [i, given] of [null, undefined, {}, 1, [], { href: 1 }].entries()) {
      assert.throws(() => useAddon(given as never), {
        name: 'TypeError',
        message: `Expected the addon of lockstep-nn, or the path of its file, for addon but received ${received[i]}.`,
      })
    }
    assert.throws(() => useAddon(''), { name: 'RangeError', message: /^Expected the path of a file for addon/ })
    const message = /^Expected a URL that begins with file: for addon but received "https:/
    for (const url of ['https://localhost/one.node', new URL('https://localhost/one.node')]) {
      assert.throws(() => useAddon(url), { name: 'RangeError', message })
    }
  })
})
