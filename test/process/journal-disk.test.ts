/** Journals on disks that are full, and in files and folders that may not be written to. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath, platform } from 'node:process'
import { openJournal, readJournal } from '#lib/search/journal/index.js'
import { ROOT, script } from '../support/child.js'
import { errorOf } from '../support/error-of.js'
import { folderOf } from '../support/folder.js'
import { batchOf, STUDY, trialsUpTo } from '../support/journals.js'

const posix = platform !== 'win32'

/** Source that appends 1,000 trials after three, and prints the error, then what it reads. */
const appending = (path: string) => `
  import { openJournal, readJournal } from '#lib/search/journal/index.js'
  import { batchOf, STUDY } from './out/test/support/journals.js'
  // Root may write anywhere.
  if (process.env.AS_OTHER === 'yes' && process.getuid() === 0) process.seteuid(5432)
  const path = ${JSON.stringify(path)}
  const shown = ({ code, message }) => console.log(code, message)
  try {
    const journal = await openJournal(path, STUDY)
    await journal.append(batchOf(1, 1000)).catch(shown)
    console.log((await journal.read()).trials.length)
  } catch (error) {
    shown(error)
  }
  console.log((await readJournal(path)).trials.length)`

const linesOf = (stdout: string) => stdout.trim().split('\n')

describe('a journal that cannot be written', () => {
  const root = folderOf()

  function newFolder(name: string): string {
    chmodSync(root(), 0o755)
    const here = join(root(), name)
    mkdirSync(here)
    return here
  }

  /** The path of a new journal with three trials. */
  async function newJournal(here: string): Promise<string> {
    const path = join(here, 'study.jsonl')
    await (await openJournal(path, STUDY)).append(batchOf(0, 3))
    return path
  }

  it('because the disk is full has no half line, and is continued when there is space', async function () {
    const here = newFolder('full')
    // Only root may mount, and not in every container.
    const mounted = posix && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', here]).status === 0
    if (!mounted) this.skip()
    try {
      const path = await newJournal(here)
      const filler = join(here, 'filler')
      writeFileSync(filler, new Uint8Array(200 * 1024))
      const journal = await openJournal(path, STUDY)
      const error = (await errorOf(() => journal.append(batchOf(3, 100)))) as NodeJS.ErrnoException
      assert.equal(error.code, 'ENOSPC')
      assert.equal(
        error.message,
        `The journal ${path} cannot be written: ENOSPC: no space left on device, write. ` +
          'What it had before is unchanged. Free some space, or choose a path on another disk.',
      )
      assert.equal(readFileSync(path, 'utf8').at(-1), '\n')
      const { trials } = await readJournal(path)
      assert.ok(trials.length > 3 && trials.length < 103, String(trials.length))
      rmSync(filler)
      assert.equal((await journal.append(batchOf(3, 100))).added, 103 - trials.length)
      const { batches } = await readJournal(path)
      assert.deepEqual(
        batches.map(({ first }) => first),
        [0, 300],
      )
      assert.deepEqual(readdirSync(here), ['study.jsonl'])
    } finally {
      assert.equal(spawnSync('umount', [here]).status, 0)
    }
  })

  it('because files may not be as large keeps whole lines, and is continued by another process', async function () {
    if (!posix) this.skip()
    const path = await newJournal(newFolder('large'))
    const limited = ['-c', 'ulimit -f 128; exec "$0" --input-type=module --eval "$1"', execPath, appending(path)]
    const { stdout, stderr } = spawnSync('sh', limited, { cwd: ROOT, encoding: 'utf8' })
    const [message, read, readAgain] = linesOf(stdout)
    assert.match(
      message,
      /^EFBIG The journal .* cannot be written: EFBIG: file too large, write\. .* raise the limit/,
      stderr,
    )
    assert.equal(readFileSync(path, 'utf8').at(-1), '\n')
    assert.ok(Number(read) > 3 && Number(read) < 1003, read)
    assert.equal(readAgain, read)
    const journal = await openJournal(path, STUDY)
    assert.equal((await journal.append(batchOf(1, 1000))).added, 1003 - Number(read))
    const { batches } = await readJournal(path)
    assert.equal(batches.length, 2)
  })

  for (const what of ['file', 'folder'] as const) {
    it(`because its ${what} is read-only is an error when it is opened, and can be read`, async function () {
      if (!posix) this.skip()
      const here = newFolder(what)
      const path = await newJournal(here)
      chmodSync(here, what === 'folder' ? 0o555 : 0o777)
      chmodSync(path, what === 'file' ? 0o444 : 0o666)
      const before = readFileSync(path, 'utf8')
      const { stdout, stderr } = script(appending(path), { variables: { AS_OTHER: 'yes' } })
      const [message, trials] = linesOf(stdout)
      assert.match(
        message,
        /^EACCES The journal .* cannot be written: EACCES: .*\. What it had before is unchanged\. Choose a path that this process may read and write\.$/,
        stderr,
      )
      assert.equal(trials, '3')
      assert.equal(readFileSync(path, 'utf8'), before)
      assert.deepEqual(readdirSync(here), ['study.jsonl'])
      assert.deepStrictEqual((await readJournal(path)).trials, trialsUpTo(3))
    })
  }

  it('and one that may not be read are errors that say so', async function () {
    if (!posix) this.skip()
    const path = await newJournal(newFolder('secret'))
    chmodSync(path, 0)
    const source = `
      import { openJournal, readJournal } from '#lib/search/journal/index.js'
      import { STUDY } from './out/test/support/journals.js'
      if (process.getuid() === 0) process.seteuid(5432)
      for (const call of [(path) => openJournal(path, STUDY), readJournal]) {
        await call(${JSON.stringify(path)}).catch(({ code, message }) => console.log(code, message))
      }`
    const { stdout, stderr } = script(source)
    const lines = linesOf(stdout)
    assert.equal(lines.length, 2, stderr)
    for (const line of lines)
      assert.match(line, /^EACCES The journal .* cannot be read: EACCES: .* Nothing was changed\./)
  })
})
