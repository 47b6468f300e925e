/** docs/command-line.md: its examples run one after the other, and its tables name every option. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { COMMANDS } from '#lib/cli/commands.js'
import { ROOT } from '../support/child.js'
import { csvOf, PROGRAM } from '../support/command-line.js'
import { folderOf } from '../support/folder.js'
import { rowTests } from '../support/rows.js'

const PAGE = readFileSync(join(ROOT, 'docs', 'command-line.md'), 'utf8')
const PENGUINS = join(ROOT, 'node_modules', 'vega-datasets', 'data', 'penguins.json')

describe('the page of the command line', () => {
  const folder = folderOf()
  const row = rowTests()
  const blocks = [...PAGE.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text]) => text.trimEnd())

  before(() => {
    const penguins = JSON.parse(readFileSync(PENGUINS, 'utf8')) as Record<string, string | number | null>[]
    const whole = penguins.filter((penguin) => Object.values(penguin).every((value) => value !== null && value !== '.'))
    writeFileSync(join(folder(), 'penguins.csv'), csvOf(whole as Record<string, string | number>[]))
  })

  it('has an example of each command', () => {
    // A worker needs a server; test/process/command-line-worker.test.ts runs it.
    for (const { name } of COMMANDS.filter((command) => command.name !== 'worker'))
      assert.ok(
        blocks.some((text) => text.includes(`lockstep-nn ${name}`)),
        name,
      )
  })

  for (const text of blocks) {
    it(`runs: ${text.split('\n')[0]}`, () => {
      const program = `npx() { shift; "${execPath}" "${PROGRAM}" "$@"; }\nset -eo pipefail\n${text}`
      const { status, stderr } = spawnSync('bash', ['-c', program], { cwd: folder(), encoding: 'utf8' })
      assert.equal(status, 0, stderr)
    })
  }

  for (const { name, options } of COMMANDS) {
    row('names every option of a command below its heading', name, () => {
      const section = PAGE.split(`\n## ${name}\n`)[1].split('\n## ')[0]
      for (const { flags } of options) {
        const [option] = flags.split(' ')
        assert.ok(section.includes(option), option)
      }
    })
  }
})
