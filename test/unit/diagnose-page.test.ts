/** docs/diagnose.md: its example has the text that it shows, and its tables have a row for each finding. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FINDINGS } from '#lib/data/diagnose/finding.js'
import { node, ROOT } from '../support/child.js'

const page = readFileSync(join(ROOT, 'docs', 'diagnose.md'), 'utf8')

describe('the page of diagnose', () => {
  it('shows what its example writes', () => {
    // Without types, TypeScript is JavaScript.
    const [, code] = /```ts\n(.*?)```/s.exec(page) ?? []
    const [, shown] = /```\n(Found.*?)```/s.exec(page) ?? []
    const { status, stdout, stderr } = node(['--input-type=module', '--eval', code], { cwd: ROOT })
    assert.equal(status, 0, stderr)
    assert.equal(stdout, shown)
  })

  it('has a row for each finding, and for no other', () => {
    const rows = Array.from(page.matchAll(/^\| `(\w+)` \|(?:[^|\n]*\|){3}$/gm), ([, name]) => name)
    assert.deepEqual(rows.sort(), [...FINDINGS].sort())
  })
})
