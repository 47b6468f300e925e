/** The program that draws trainings for a given time. */
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { node } from '../support/child.js'
import { drawCount } from '../support/drawn.js'
import { CASES } from '../support/property.js'

describe('the fuzzer', () => {
  const main = fileURLToPath(new URL('../fuzz/main.js', import.meta.url))

  it('finds the same bits where no code may be generated and plain loops run', function () {
    this.timeout(600_000)
    const flags = ['--disallow-code-generation-from-strings']
    const { status, stdout, stderr } = node([main, '--minutes', '0', '--cases', `${drawCount(CASES)}`], {
      flags,
      timeout: 600_000,
    })
    assert.equal(status, 0, stdout + stderr)
    assert.match(stdout, new RegExp(`${drawCount(CASES)} cases agree`))
  })

  for (const [title, given, message] of [
    [
      'a wrong number of minutes',
      ['--minutes', 'two'],
      'Expected a number of at least 0 for --minutes but received "two".',
    ],
    ['a wrong seed', ['--seed', '1.5'], 'Expected an integer from 0 to 2147483647 for --seed but received "1.5".'],
    ['no cases', ['--cases', '0'], 'Expected an integer from 1 to 1000 for --cases but received "0".'],
    ['too small a seed', ['--seed=-1'], 'Expected an integer from 0 to 2147483647 for --seed but received "-1".'],
    ['a misspelled option', ['--minuets', '1'], "Unknown option '--minuets'"],
  ] as const) {
    it(`refuses ${title}`, () => {
      const { status, stderr } = node([main, ...given])
      assert.equal(status, 1)
      assert.ok(stderr.startsWith(message), stderr)
    })
  }
})
