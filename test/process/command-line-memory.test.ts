/** The memory of `predict`. */
import assert from 'node:assert/strict'
import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT, script } from '../support/child.js'
import { csvOf, jsonOf, plants, plantsFile } from '../support/command-line.js'
import { folderOf } from '../support/folder.js'

const PROGRAM = JSON.stringify(pathToFileURL(join(ROOT, 'dist', 'cli', 'program.js')).href)
const MEGABYTE = 2 ** 20

describe('the memory of predict', () => {
  const folder = folderOf()

  /** The most memory of a process that predicts the rows of a file, in bytes. */
  function mostMemory(name: string): number {
    const words = ['predict', 'model.json', name, '--out', 'predicted.csv']
    const { status, stdout, stderr } = script(
      `import { runProgram } from ${PROGRAM}
       process.exitCode = await runProgram(${JSON.stringify(words)})
       console.log(process.resourceUsage().maxRSS * 1024)`,
      { cwd: folder() },
    )
    assert.equal(status, 0, stderr)
    return Number(stdout)
  }

  it('does not grow with the file, to which it writes as many rows', () => {
    jsonOf(folder(), ['train', plantsFile(folder()), '--target', 'kind', '--epochs', '3', '--out', 'model.json'])
    const lines = csvOf(plants(1000))
    const rows = lines.slice(lines.indexOf('\n') + 1)
    const write = (name: string, times: number) => {
      const file = openSync(join(folder(), name), 'w')
      writeSync(file, lines)
      for (let i = 1; i < times; i++) writeSync(file, rows)
      closeSync(file)
    }
    write('short.csv', 40)
    write('long.csv', 600)
    const [short, long] = [mostMemory('short.csv'), mostMemory('long.csv')]
    const { size } = statSync(join(folder(), 'predicted.csv'))
    assert.ok(size > 45 * MEGABYTE, String(size))
    assert.ok(long - short < 40 * MEGABYTE, `${short} bytes, and ${long} for 600,000 rows`)
  })
})
