/** LOCKSTEP_ADDON: the file from which the addon is loaded. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ADDON_PROGRAM } from '../support/addon-program.js'
import { ROOT, script } from '../support/child.js'
import { nativePaths } from '../support/paths.js'

const PROGRAM = `${ADDON_PROGRAM}
  const native = () => backends().some(({ name, available }) => available && name.startsWith('native/'))
`

describe('LOCKSTEP_ADDON', () => {
  const folder = join(tmpdir(), `lockstep-addon-path-${process.pid}`)
  const copy = join(folder, 'of its own.node')
  const built = createRequire(import.meta.url)('node-gyp-build').path(ROOT) as string
  before(() => {
    mkdirSync(folder, { recursive: true })
    copyFileSync(built, copy)
  })
  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (path: string, source: string): string => {
    const { status, stdout, stderr } = script(PROGRAM + source, { variables: { LOCKSTEP_ADDON: path } })
    assert.equal(status, 0, stderr)
    return stdout
  }

  it('is the file that is loaded', () => {
    const loaded = "console.log(train('auto'), loaded())"
    assert.equal(run(copy, loaded), `${nativePaths[0]} ${copy}\n`)
    assert.equal(run(built, loaded), `${nativePaths[0]} ${built}\n`)
  })

  it('does nothing where it is empty', () => {
    assert.equal(run('', "console.log(native(), train('auto'))"), `true ${nativePaths[0]}\n`)
  })

  it('is refused where it is an addon of another version', () => {
    const other = join(folder, 'other.cjs')
    writeFileSync(other, 'module.exports = { kernelSets: [{ name: "scalar", available: true }] }')
    const expected = `No native backend: LOCKSTEP_ADDON=${other} could not be loaded (it is of another version of lockstep-nn).`
    assert.ok(run(other, "console.log(or(() => train('auto')))").startsWith(expected))
    assert.equal(run(other, "console.log(native(), train('typescript'))"), 'false typescript\n')
  })

  it('is named by the error where that file cannot be loaded', () => {
    const missing = join(folder, 'missing.node')
    const [auto, forced, typescript, list] = run(
      missing,
      `
      console.log(or(() => train('auto')))
      console.log(or(() => train('native')))
      console.log(or(() => train('typescript')))
      console.log(native())`,
    ).split('\n')
    const why = 'Set LOCKSTEP_ADDON to the path of a lockstep_nn.node, or do not set it.'
    for (const message of [auto, forced]) {
      assert.ok(message.includes(`LOCKSTEP_ADDON=${missing} could not be loaded (`) && message.includes(why), message)
    }
    assert.equal(typescript, 'typescript')
    assert.equal(list, 'false')
  })
})
