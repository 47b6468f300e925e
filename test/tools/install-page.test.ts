/** docs/install.md has nothing that is not run, and promises no platform that docs/digests.md does not show. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from '../support/child.js'

interface Example {
  readonly section: string
  readonly line: number
  readonly file: string | null
  readonly text: string
}

interface Command {
  readonly command: string
  readonly expected: RegExp | null
}

const module = pathToFileURL(join(ROOT, 'scripts', 'bundlers', 'examples.mjs')).href
const { commandsOf, examplesOf }: { commandsOf: (text: string) => Command[]; examplesOf: (page: string) => Example[] } =
  await import(module)

const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8')
const page = read('docs', 'install.md')

/** The cells of the rows of a page's tables. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )

describe('the page about installation', () => {
  it('has no code that is not run, but for the installation and the build', () => {
    const fences = page.split('\n').filter((line) => line.startsWith('```') && line !== '```')
    assert.equal(examplesOf(page).length, fences.length)
    assert.equal(page.split('\n').filter((line) => line.startsWith('```')).length, 2 * (fences.length + 2))
  })

  it('shows what each program prints', () => {
    const silent = /^npx (esbuild|webpack|rollup|vite|ncc|jest|vitest)\b|^node (--build-sea\b|build\.mjs$)/
    const commands = examplesOf(page).flatMap(({ file, text }) => (file === null ? commandsOf(text) : []))
    const unchecked = commands.filter(({ command, expected }) => expected === null && !silent.test(command))
    assert.deepEqual(unchecked, [])
    assert.ok(commands.some(({ expected }) => expected?.test('wasm the native addon cannot run') === true))
  })

  it('names as tested the platforms of docs/digests.md, and no others', () => {
    const tested = rowsOf(read('docs', 'digests.md')).map(([name]) => name)
    const shows = (pattern: RegExp): boolean => tested.some((name) => pattern.test(name))
    const promised: [row: RegExp, name: RegExp][] = [
      [/^Linux x64, glibc/, /^linux-x64, Node 20$/],
      [/^Linux x64, glibc/, /^linux-x64, Node 26$/],
      [/^Linux x64, glibc/, /^linux-x64, Bun/],
      [/^Linux x64, glibc/, /^linux-x64, Deno/],
      [/^Linux x64, musl/, /^linux-x64, musl/],
      [/^Linux arm64/, /^linux-arm64 \(emulated\)/],
      [/^Linux arm64/, /^linux-arm64, musl \(emulated\)/],
      [/^Windows 10 or newer, x64/, /^win32-x64 \(wine\)/],
      [/^browsers/, /^Chromium, page$/],
      [/^browsers/, /^Chromium, Worker$/],
    ]
    const rows = rowsOf(page.split('## Platforms')[1].split('##')[0]).slice(1)
    for (const [name, , where] of rows) {
      const expected = promised.filter(([row]) => row.test(name))
      if (expected.length === 0) assert.match(where, /^$|^not run/, name)
      for (const [, wanted] of expected) assert.ok(shows(wanted), `${name}: ${wanted} is not in docs/digests.md`)
    }
    assert.ok(!shows(/darwin|win32-arm64/))
  })
})

describe('a command of a page', () => {
  it('has the first line of its output after a number sign, with any text for an ellipsis', () => {
    const [first, second] = commandsOf('node app.mjs # native/…\nnpx jest\n')
    assert.equal(first.command, 'node app.mjs')
    assert.ok(first.expected?.test('native/avx512 the best') && !first.expected.test('typescript native/'))
    assert.deepEqual(second, { command: 'npx jest', expected: null })
  })
})
