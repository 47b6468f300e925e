/** What the command line loads at its start, its progress bar, and its second signal. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { execPath } from 'node:process'
import { pathToFileURL } from 'node:url'
import { ROOT, script } from '../support/child.js'
import { PROGRAM, plantsFile } from '../support/command-line.js'
import { folderOf } from '../support/folder.js'

const STATIC = /(?:^|;)(?:import|export)\b(?:[^'"(;]*\bfrom)?\s*['"]([^'"]+)['"]/gm
const urlOf = (name: string) => JSON.stringify(pathToFileURL(join(ROOT, 'dist', 'cli', name)).href)

/** The modules that a module loads before any of its code runs: files of dist, and names of packages. */
function loadedBy(file: string, found = new Set<string>()): Set<string> {
  const name = relative(join(ROOT, 'dist'), file).replaceAll('\\', '/')
  if (found.has(name)) return found
  found.add(name)
  for (const [, from] of readFileSync(file, 'utf8').matchAll(STATIC)) {
    if (from.startsWith('.')) loadedBy(join(dirname(file), from), found)
    else found.add(from)
  }
  return found
}

describe('the start of the command line', () => {
  const folder = folderOf()

  it('loads commander, and neither the library nor the addon', () => {
    const loaded = [...loadedBy(join(ROOT, 'dist', 'cli', 'program.js'))].sort()
    assert.deepEqual(
      loaded.filter((name) => !name.startsWith('node:')),
      [
        ...['checks/version.js', 'checks/words.js', 'cli/commands.js', 'cli/program.js'],
        ...['cli/support/errors.js', 'cli/support/spec.js', 'commander'],
      ],
    )
  })

  it('loads a few files, in which these modules are bundled', () => {
    const loaded = [...loadedBy(PROGRAM)].filter((name) => !name.startsWith('node:'))
    const own = loaded.filter((name) => name.endsWith('.js'))
    assert.deepEqual(
      loaded.filter((name) => !name.endsWith('.js')),
      ['commander'],
    )
    assert.ok(own.includes('cli/main.js') && own.length <= 4, own.join())
    const length = own.reduce((sum, name) => sum + readFileSync(join(ROOT, 'dist', name)).length, 0)
    assert.ok(length < 20_000, `${length} bytes`)
  })

  /** Runs words as on a terminal. */
  const onTerminal = (words: readonly string[]) =>
    script(
      `import process from 'node:process'
       import { runProgram } from ${urlOf('program.js')}
       Object.defineProperty(process.stderr, 'isTTY', { value: true })
       Object.assign(process.stderr, { columns: 120, cursorTo() {}, clearLine() {}, clearScreenDown() {} })
       process.exitCode = await runProgram(${JSON.stringify(words)})`,
      { cwd: folder() },
    )

  it('shows a bar with the epochs, both losses and the time left on a terminal, and clears it at the end', () => {
    const file = plantsFile(folder())
    const words = ['train', file, '--target', 'kind', '--drop', 'mass', '--epochs', '2000']
    const { status, stdout, stderr } = onTerminal(words)
    assert.equal(status, 0, stderr)
    assert.match(stderr, /[█░]{24} \d+\/2000 epochs {2}loss [\d.e-]+, validation [\d.e-]+ {2}\d+ (s|min) left/)
    assert.match(stdout, /^plants\.csv: 90 rows \(18 choose the best epoch\)\n/)
  })

  it('shows a bar with the trials, the best value and the time left of a search', () => {
    const words = ['search', plantsFile(folder()), '--target', 'kind', '--trials', '4', '--batch', '2']
    const { status, stdout, stderr } = onTerminal(words)
    assert.equal(status, 0, stderr)
    assert.match(stderr, /[█░]{24} 2\/4 trials {2}best validationLoss [\d.e-]+ {2}\d+ s left/)
    assert.match(stdout, /^plants\.csv: 90 rows\nstudy study: 4 trials /)
  })

  it('ends at once at a second signal', async () => {
    const source = `
      import { interruptible } from ${urlOf('support/interrupt.js')}
      const hangs = () => new Promise(() => { console.log('ready'); setInterval(() => {}, 1000) })
      await interruptible(hangs, () => console.log('stopping'), () => console.log('at once'))`
    const child = spawn(execPath, ['--input-type=module', '--eval', source])
    const [ready] = await once(child.stdout, 'data')
    child.kill('SIGINT')
    const [stopping] = await once(child.stdout, 'data')
    child.kill('SIGINT')
    const ended = once(child, 'close')
    const [atOnce] = await once(child.stdout, 'data')
    assert.deepEqual([ready, stopping, atOnce].map(String), ['ready\n', 'stopping\n', 'at once\n'])
    assert.equal((await ended)[0], 130)
  })
})
