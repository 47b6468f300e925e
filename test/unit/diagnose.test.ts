/** `diagnose`: broken set-ups are named, sound ones are not. */
import assert from 'node:assert/strict'
import { diagnose } from 'lockstep-nn/data'
import { brokenSetUps } from '../support/broken-set-ups.js'
import { rowTests } from '../support/rows.js'

describe('diagnose', () => {
  const row = rowTests()
  for (const [name, { found, make }] of Object.entries(brokenSetUps)) {
    row('names what is wrong with a broken set-up, and nothing else', name, () => {
      const { trainer, x, y, options } = make()
      const { findings, text } = diagnose(trainer, x, y, options)
      const above = findings.filter(({ severity }) => severity !== 'note').map((one) => one.name)
      assert.deepEqual(above, found, text)
    })
  }
})
