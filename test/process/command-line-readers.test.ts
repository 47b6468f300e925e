/** The command line where its output cannot be written: nobody reads it, or the disk is full. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { commandLine, jsonOf, PROGRAM, plantsFile } from '../support/command-line.js'
import { folderOf } from '../support/folder.js'
import { rowTests } from '../support/rows.js'

/** A device of Linux that is always full. */
const FULL = '/dev/full'
const TRAIN = ['train', 'plants.csv', '--target', 'kind', '--epochs', '2', '--out', 'again.json']

const COMMANDS: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['the help', ['--help']],
  ['the help of a command', ['train', '--help']],
  ['the version', ['--version']],
  ['predictions', ['predict', 'model.json', 'plants.csv']],
  ['scores', ['evaluate', 'model.json', 'plants.csv']],
  ['a model', ['inspect', 'model.json']],
  ['a module', ['export', 'model.json', '--format', 'module', '--out', '-']],
  ['a summary', TRAIN],
]

describe('the command line whose output cannot be written', () => {
  const folder = folderOf()
  const row = rowTests()

  before(() => {
    plantsFile(folder())
    jsonOf(folder(), [...TRAIN.slice(0, -1), 'model.json'])
  })

  /** Runs a command with a stream whose reader is gone before it writes. */
  async function withoutReader(words: readonly string[], name: 'stdout' | 'stderr') {
    const child = spawn(execPath, [PROGRAM, ...words], { cwd: folder() })
    child[name].destroy()
    let rest = ''
    child[name === 'stdout' ? 'stderr' : 'stdout'].setEncoding('utf8').on('data', (text: string) => {
      rest += text
    })
    const [status] = await once(child, 'close')
    return { status, rest }
  }

  for (const [name, words] of COMMANDS) {
    row('ends without an error where nobody reads its output', name, async () => {
      const { status, rest } = await withoutReader(words, 'stdout')
      assert.deepEqual([status, rest.replaceAll(/^epoch .*\n/gm, '')], [0, ''])
    })

    if (existsSync(FULL)) {
      row('says in one sentence that the disk is full', name, () => {
        const file = openSync(FULL, 'w')
        const { status, stderr } = spawnSync(execPath, [PROGRAM, ...words], {
          cwd: folder(),
          encoding: 'utf8',
          stdio: ['ignore', file, 'pipe'],
        })
        closeSync(file)
        const message = stderr.replaceAll(/^epoch .*\n/gm, '')
        assert.deepEqual(
          [status, message],
          [1, 'lockstep-nn: stdout cannot be written: no space is left on the device.\n'],
        )
      })
    }
  }

  it('trains on where nobody reads its progress', async () => {
    const { status, rest } = await withoutReader(TRAIN, 'stderr')
    assert.equal(status, 0)
    assert.match(rest, /again\.json: predicts kind, digest/)
    assert.ok(existsSync(join(folder(), 'again.json')))
  })

  it('fails with its status where nobody reads its error', async () => {
    assert.equal((await withoutReader(['inspect', 'nothing.json'], 'stderr')).status, 1)
  })

  it('exports to stdout what it exports to a file', () => {
    const words = ['export', 'model.json', '--format', 'module', '--out']
    const { status, stdout } = commandLine(folder(), [...words, '-'])
    assert.equal(status, 0)
    assert.match(stdout, /^export const digest = /m)
    // The name that Linux has for it.
    if (existsSync('/dev/stdout')) assert.equal(commandLine(folder(), [...words, '/dev/stdout']).stdout, stdout)
  })
})
