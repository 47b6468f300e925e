/** The code in README.md and docs: all of it has the right types, and runs. */
import assert from 'node:assert/strict'
import { node } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { allBlocks, blocksOf, compile, programOf } from '../support/pages.js'

describe('the code in the documentation', () => {
  const blocks = allBlocks()
  const folder = folderOf()
  let compiled: ReturnType<typeof compile>

  before(() => {
    compiled = compile(blocks)
  })

  it('has the right types', () => {
    assert.ok(blocks.length >= 3)
    assert.ok(compiled.ok, compiled.output)
  })

  for (const block of blocks) {
    it(`runs: ${block.page}, line ${block.line}`, () => {
      const { status, stderr } = node([programOf(block)], { cwd: folder(), flags: ['--enable-source-maps'] })
      assert.equal(status, 0, stderr)
    })
  }
})

describe('the blocks of a page', () => {
  const page = (...lines: string[]) => blocksOf('docs/page.md', lines.join('\n'))
  const sources = (...lines: string[]) => page(...lines).map(({ line, source }) => [line, source.trimEnd()])

  it('keep their lines, and include no other language', () => {
    assert.deepEqual(sources('text', '```ts', 'one()', '```', '```sh', 'ls', '```', '```', 'x', '```'), [
      [2, '\n\none()'],
    ])
  })

  it('begin with the hidden code before them, and continue the previous block where they are marked so', () => {
    assert.deepEqual(sources('<!-- hidden', 'a()', '-->', '```ts', 'b()', '```', '```ts continued', 'c()', '```'), [
      [4, '\na()\n\n\nb()'],
      [7, '\na()\n\n\nb()\n\n\nc()'],
    ])
    assert.deepEqual(sources('```ts', 'b()', '```', '```ts', 'c()', '```').at(-1), [4, '\n\n\n\nc()'])
  })

  it('are left out where they are fragments', () => {
    assert.deepEqual(sources('```ts fragment', 'network.', '```'), [])
  })

  it('are refused where they would not be run', () => {
    assert.throws(() => page('```ts fragmnt', '```'), /docs\/page\.md:1: .* should be/)
    assert.throws(() => page('- ', '  ```ts', '  ```'), /docs\/page\.md:2/)
    assert.throws(() => page('```typescript', '```'), /docs\/page\.md:1/)
    assert.throws(() => page('```ts', 'a()'), /not closed/)
  })
})
