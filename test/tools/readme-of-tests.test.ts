/** test/README.md names files and titles that exist. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../support/child.js'

const README = readFileSync(join(ROOT, 'test', 'README.md'), 'utf8')
const [, faults] = README.split('## Faults met by users')

/** `folder/name`: "title", "title"; several of them in a cell. */
const MENTION = /`((?:unit|equality|errors|process|tools)\/[\w-]+)`(?:: ((?:"[^"]*"(?:, |; )?)*))?/g

describe('test/README.md', () => {
  it('names tests that exist', () => {
    const mentions = [...faults.matchAll(MENTION)]
    assert.ok(mentions.length > 40, `${mentions.length} mentions`)
    const missing = mentions.flatMap(([, name, titles = '']) => {
      const file = join(ROOT, 'test', `${name}.test.ts`)
      if (!existsSync(file)) return [name]
      const source = readFileSync(file, 'utf8')
      // An ellipsis is for the values in a template.
      const has = (title: string) => title.split('…').every((part) => source.includes(part.trim().replace(/:$/, '')))
      return Array.from(titles.matchAll(/"([^"]*)"/g), ([, title]) => title)
        .filter((title) => !has(title))
        .map((title) => `${name}: ${title}`)
    })
    assert.deepEqual(missing, [])
  })

  it('names helpers that exist', () => {
    const files = Array.from(README.matchAll(/`(support\/[\w-]+\.ts)`/g), ([, file]) => file)
    assert.ok(files.length > 8)
    for (const file of files) assert.ok(existsSync(join(ROOT, 'test', file)), file)
  })
})
