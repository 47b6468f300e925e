/** The threads of the addon: one pool for the process, which is there as long as somebody has the addon loaded. */
import assert from 'node:assert/strict'
import { script } from './support/child.js'

describe('the addon', () => {
  it('may be loaded several times', () => {
    const source = `
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      const load = require('node-gyp-build')
      const file = load.path('.')
      const loaded = [1, 2, 3].map(() => {
        delete require.cache[file]
        return require(file)
      })
      console.log(new Set(loaded).size)`
    const { status, signal, stdout, stderr } = script(source)
    assert.deepEqual([status, signal, stdout], [0, null, '3\n'], stderr)
  })
})
