/** Links and pictures of the pages exist in the repository and in the package; README names only platforms that are built. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { env, execPath } from 'node:process'
import { ROOT } from '../support/child.js'
import { pages as codePages } from '../support/pages.js'

const PAGES = [...new Set([...codePages, 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'bench/peers/README.md'])]

interface Link {
  readonly page: string
  readonly target: string
  /** The target relative to the package's folder; the page itself for an anchor alone. */
  readonly file: string
  readonly anchor: string
}

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8')

/** A page without code, in which brackets are no links. */
const proseOf = (text: string): string => text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '')

/** Links and pictures that stay on the site: [text](target), ![alt](target), <img src>, <a href>. */
function linksOf(page: string, text = textOf(page)): Link[] {
  const found = proseOf(text).matchAll(/\]\(([^)\s]+)[^)]*\)|(?:src|href)="([^"]+)"/g)
  return Array.from(found, ([, markdown, html]) => markdown ?? html)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path, anchor = ''] = target.split('#')
      return { page, target, file: path === '' ? page : posix.join(dirname(page), path), anchor }
    })
}

/** The anchors of a page's headings, as Markdown sites make them. */
function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>()
  return Array.from(text.replace(/^```.*?^```/gms, '').matchAll(/^#{1,6} +(.*?) *$/gm), ([, heading]) => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-')
    const count = seen.get(anchor) ?? 0
    seen.set(anchor, count + 1)
    return count === 0 ? anchor : `${anchor}-${count}`
  })
}

/** What npm would pack; the built files may be missing. */
function packed(): string[] {
  const npm = env.npm_execpath
  const given = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const [program, ...rest] = npm === undefined ? ['npm', ...given] : [execPath, npm, ...given]
  const { status, stdout, stderr } = spawnSync(program, rest, {
    cwd: ROOT,
    encoding: 'utf8',
    shell: npm === undefined && process.platform === 'win32',
  })
  assert.equal(status, 0, stderr)
  const [{ files }] = Object.values(JSON.parse(stdout) as Record<string, { files: { path: string }[] }>)
  return files.map(({ path }) => path)
}

const links = PAGES.flatMap((page) => linksOf(page))

describe('the links and pictures of the pages', () => {
  it('lead to existing files', () => {
    assert.ok(links.length > 50)
    const dead = links.filter(({ file }) => !existsSync(join(ROOT, file)))
    assert.deepEqual(dead, [])
  })

  it('lead to existing headings', () => {
    const dead = links.filter(({ file, anchor }) => {
      return (
        anchor !== '' &&
        file.endsWith('.md') &&
        existsSync(join(ROOT, file)) &&
        !anchorsOf(textOf(file)).includes(anchor)
      )
    })
    assert.deepEqual(dead, [])
  })

  it('are in the package with the pages, so that they work without the repository', function () {
    this.timeout(60_000)
    const files = packed()
    assert.ok(files.includes('README.md'))
    const missing = [...PAGES, ...links.map(({ file }) => file)].filter((file) => !files.includes(file))
    assert.deepEqual([...new Set(missing)], [])
  })

  it('are found in Markdown and HTML, but not in code or on other sites', () => {
    const text =
      '[a](b.md#c-d) ![e](../f.png "g") `[h](i.md)`\n```\n[j](k.md)\n```\n[l](https://m.n) <img src="o.png"> [p](#q)'
    assert.deepEqual(
      linksOf('docs/page.md', text).map(({ file, anchor }) => [file, anchor]),
      [
        ['docs/b.md', 'c-d'],
        ['f.png', ''],
        ['docs/o.png', ''],
        ['docs/page.md', 'q'],
      ],
    )
    assert.deepEqual(anchorsOf('# A `b`, c!\n```\n# d\n```\n## A b c'), ['a-b-c', 'a-b-c-1'])
  })
})

describe('the README', () => {
  it('has a description, the installation and an example of ten lines within the first screen', () => {
    const [first] = textOf('README.md').split(/^## /m)
    const [, code] = /```ts\n(.*?)```/s.exec(first) ?? []
    assert.match(first, /^npm install lockstep-nn$/m)
    assert.ok(code.trimEnd().split('\n').length <= 11)
    assert.ok(first.slice(0, first.indexOf(code)).split('\n').length <= 12)
  })

  it('names the platforms that are built', () => {
    const targets = textOf('scripts/prebuild/targets.mjs').matchAll(/platform: '(\w+)', arch: '(\w+)'/g)
    const built = new Set(Array.from(targets, ([, system, arch]) => `${system}-${arch}`))
    assert.equal(built.size, 6)
    const names = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }
    for (const [system, name] of Object.entries(names)) {
      const row = textOf('README.md')
        .split('\n')
        .find((line) => line.startsWith(`| ${name}`))
      const cells = row
        ?.split('|')
        .slice(2, 4)
        .map((cell) => cell.trim())
      assert.deepEqual(
        cells,
        ['x64', 'arm64'].map((arch) => (built.has(`${system}-${arch}`) ? 'yes' : 'no')),
        name,
      )
    }
  })

  it('has the headings that it refers to', () => {
    const quoted = Array.from(textOf('README.md').matchAll(/see "([^"]+)"/g), ([, heading]) => heading)
    for (const heading of quoted) assert.ok(textOf('README.md').includes(`## ${heading}\n`), heading)
  })
})
