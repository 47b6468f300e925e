/** The owner of a lock: a lock that a process of this machine left is removed at once, any other after the grace period. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import process, { execPath, platform } from 'node:process'
import { LockFile } from '#lib/files/lock-file.js'
import { folderOf } from '../support/folder.js'

const GRACE = 30_000
/** The number of a process that has ended. */
const ENDED = spawnSync(execPath, ['--version']).pid

describe('the owner of a lock', () => {
  const root = folderOf()
  let last = 0

  before(function () {
    if (platform !== 'linux') this.skip()
  })

  /** A file whose lock this process has, and what its owner file contains. */
  async function lockedFile(): Promise<{ path: string; held: LockFile; ownerPath: string; text: string }> {
    const path = join(root(), `file${last++}`)
    writeFileSync(path, '')
    const held = new LockFile(path, GRACE)
    await held.acquire()
    const ownerPath = `${path}.lock.owner`
    return { path, held, ownerPath, text: readFileSync(ownerPath, 'utf8') }
  }

  /** The text as the process with this number writes it. */
  const ownedBy = (id: number, text: string): string => text.replace(`\n${process.pid}\n`, `\n${id}\n`)

  const filesOf = (path: string): string[] =>
    readdirSync(root()).filter((name) => new RegExp(`^${basename(path)}(?!\\d)`).test(name))

  it('is written while a process has it, and removed with it', async () => {
    const { path, held, text } = await lockedFile()
    assert.notEqual(ownedBy(ENDED, text), text)
    await held.release()
    assert.deepEqual(filesOf(path), [basename(path)])
  })

  it('that has ended is not waited for: of many that wait, one has the lock at a time', async () => {
    const { path, held, ownerPath, text } = await lockedFile()
    writeFileSync(ownerPath, ownedBy(ENDED, text))
    let [holders, most, rounds] = [0, 0, 0]
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        // No time passes, so that no grace period does.
        const other = new LockFile(path, GRACE, () => 0)
        await other.acquire()
        most = Math.max(most, ++holders)
        rounds++
        await new Promise((resolve) => setImmediate(resolve))
        assert.ok(await other.isHeld())
        holders--
        await other.release()
      }),
    )
    assert.deepEqual([most, rounds], [1, 8])
    assert.equal(await held.isHeld(), false)
    assert.deepEqual(filesOf(path), [basename(path)])
  })

  const others: Readonly<Record<string, (text: string) => string>> = {
    runs: (text) => text,
    'is of another boot or another name space of processes': (text) => ownedBy(ENDED, `a${text}`),
    'had an earlier lock': (text) => ownedBy(ENDED, text).replace(/\n(\d+) (\d+)\nend/, '\n$1 1\nend'),
    'was killed while it was written': (text) => ownedBy(ENDED, text).slice(0, -1),
    'has no number': (text) => text.replace(`\n${process.pid}\n`, '\n-1\n'),
  }
  for (const [name, change] of Object.entries(others)) {
    it(`that ${name} is waited for`, async () => {
      const { path, ownerPath, text } = await lockedFile()
      writeFileSync(ownerPath, change(text))
      let polls = 0
      const other = new LockFile(path, GRACE, () => {
        if (++polls === 10) rmSync(`${path}.lock`)
        return polls
      })
      await other.acquire()
      assert.ok(polls >= 10)
      await other.release()
      assert.ok(!existsSync(ownerPath))
    })
  }
})
