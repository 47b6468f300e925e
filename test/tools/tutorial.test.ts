/** docs/tutorial.md: its programs have the right types, its commands run one after the other and print what it shows. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { compile } from '../support/pages.js'
import { stepsOf, Walkthrough } from '../support/walkthrough.js'

const PAGE = 'docs/tutorial.md'

describe('the tutorial', () => {
  const folder = folderOf()
  const steps = stepsOf(readFileSync(join(ROOT, PAGE), 'utf8'))
  let walkthrough: Walkthrough

  before(async () => {
    walkthrough = new Walkthrough(folder())
    await walkthrough.prepare()
  })

  after(() => walkthrough.end())

  it('has programs that are TypeScript too', () => {
    const files = steps.filter(({ kind }) => kind === 'file')
    assert.ok(files.length >= 4)
    const blocks = files.map(({ line, name, text }) => ({ page: PAGE, line, source: text, file: name.split('.')[0] }))
    const { ok, output } = compile(blocks, 'tutorial')
    assert.ok(ok, output)
  })

  for (const step of steps) {
    const first = step.kind === 'file' ? step.name : step.text.split('\n')[0]
    it(`works in line ${step.line}: ${first}`, async () => {
      const printed = await walkthrough.run(step)
      if (step.output !== null) assert.equal(printed, step.output.text)
    })
  }
})

describe('the steps of a walkthrough', () => {
  const steps = (...lines: string[]) => stepsOf(lines.join('\n'))

  it('are its files, commands with their output, and servers', () => {
    const found = steps(
      '```js a.mjs',
      'one()',
      '```',
      '```sh',
      'ls',
      '```',
      'text',
      '```text',
      'a.mjs',
      '```',
      '```sh server',
      'b',
      '```',
    )
    assert.deepEqual(
      found.map(({ kind, name, text, output }) => [kind, name, text, output?.text]),
      [
        ['file', 'a.mjs', 'one()', undefined],
        ['commands', '', 'ls', 'a.mjs'],
        ['server', 'server', 'b', undefined],
      ],
    )
  })

  it('are refused where an output has no commands, or a block is open', () => {
    assert.throws(() => steps('```js a.mjs', '```', '```text', '```'), /line 3/)
    assert.throws(() => steps('```sh', 'ls'), /line 1/)
  })
})
