/** The lock of a journal: that of Optuna, which waits for a living process and removes what a killed one left. */
import assert from 'node:assert/strict'
import {
  existsSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import process, { platform } from 'node:process'
import { LockFile } from '#lib/files/lock-file.js'
import { openJournal, readJournal } from '#lib/search/journal/index.js'
import { folderOf } from '../support/folder.js'
import { batchOf, STUDY, trialsUpTo } from '../support/journals.js'

const posix = platform !== 'win32'
const GRACE = 30_000

describe('the lock of a journal', () => {
  const root = folderOf()
  let last = 0

  /** A new file, and the path of its lock. */
  function newFile(): { path: string; lock: string } {
    const path = join(root(), `file${last++}`)
    writeFileSync(path, '')
    return { path, lock: `${path}.lock` }
  }

  /** The locks that others can hold: those of Optuna and of this library. */
  const kinds: Readonly<Record<string, (path: string, lock: string) => void>> = {
    'an empty file': (_, lock) => writeFileSync(lock, ''),
    ...(posix && {
      'a link to the file': (path, lock) => symlinkSync(path, lock),
      // Optuna links to the path as it was given, which may not be where the link leads.
      'a link to nothing': (_, lock) => symlinkSync('no/such/file', lock),
    }),
  }

  /** The warnings of the process while something runs. */
  async function warningsOf(run: () => Promise<unknown>): Promise<string[]> {
    const messages: string[] = []
    const listener = (warning: Error) => void messages.push(`${warning.name}: ${warning.message}`)
    process.on('warning', listener)
    try {
      await run()
      await new Promise((resolve) => setImmediate(resolve))
    } finally {
      process.off('warning', listener)
    }
    return messages
  }

  it('is a link to the absolute path of the journal while a process appends, and nothing afterwards', async function () {
    if (!posix) this.skip()
    const { path, lock } = newFile()
    const held = new LockFile(path, GRACE)
    assert.equal(await held.isHeld(), false)
    await held.acquire()
    assert.equal(readlinkSync(lock), path)
    assert.equal(await held.isHeld(), true)
    await held.release()
    assert.equal(await held.isHeld(), false)
    assert.deepEqual(
      readdirSync(root()).filter((name) => name.startsWith('file0')),
      ['file0'],
    )
  })

  it('is waited for while another process has it', async () => {
    for (const make of Object.values(kinds)) {
      const { path, lock } = newFile()
      make(path, lock)
      let polls = 0
      // Five looks at the lock in a second of the clock, then the other process releases it.
      const held = new LockFile(path, GRACE, () => {
        if (++polls === 10) rmSync(lock)
        return 100 * polls
      })
      await held.acquire()
      assert.ok(polls >= 10)
      assert.ok(await held.isHeld())
      await held.release()
    }
  })

  it('is removed where it and the journal were unchanged for the grace period, with a warning', async () => {
    for (const make of Object.values(kinds)) {
      const { path, lock } = newFile()
      make(path, lock)
      let time = 0
      let polls = 0
      const held = new LockFile(path, GRACE, () => {
        polls++
        time += 5000
        return time
      })
      const warnings = await warningsOf(() => held.acquire())
      assert.ok(polls > 6, `removed after ${polls} looks`)
      assert.deepEqual(warnings, [
        `JournalWarning: The lock ${lock} was unchanged for 30 s, so it was removed: its process probably ended.`,
      ])
      assert.ok(await held.isHeld())
      await held.release()
      assert.ok(!existsSync(lock))
    }
  })

  it('is not removed while the process that has it writes to the journal', async function () {
    if (!posix) this.skip()
    const { path, lock } = newFile()
    symlinkSync(path, lock)
    let time = 0
    let polls = 0
    const held = new LockFile(path, GRACE, () => {
      // The journal changes every 20 seconds, for 5 minutes.
      time += 10_000
      polls++
      if (polls % 2 === 0) utimesSync(path, 1000 + polls, 1000 + polls)
      if (polls === 30) rmSync(lock)
      return time
    })
    const warnings = await warningsOf(() => held.acquire())
    assert.deepEqual(warnings, [])
    assert.ok(polls >= 30)
    await held.release()
  })

  it('is not removed where a new process has it each time', async () => {
    const { path, lock } = newFile()
    writeFileSync(lock, '')
    let time = 0
    let polls = 0
    const held = new LockFile(path, GRACE, () => {
      time += 10_000
      polls++
      if (polls % 2 === 0 && polls < 30) {
        rmSync(lock)
        writeFileSync(lock, '')
        utimesSync(lock, 2000 + polls, 2000 + polls)
      }
      if (polls === 30) rmSync(lock)
      return time
    })
    assert.deepEqual(await warningsOf(() => held.acquire()), [])
    assert.ok(polls >= 30)
    await held.release()
  })

  it('that another process removed and made again is not held, and not removed', async () => {
    const { path, lock } = newFile()
    const held = new LockFile(path, GRACE)
    await held.acquire()
    rmSync(lock)
    assert.equal(await held.isHeld(), false)
    writeFileSync(lock, '')
    assert.equal(await held.isHeld(), false)
    await held.release()
    assert.ok(lstatSync(lock).isFile())
  })

  it('excludes other holders: of many, one has it at a time', async () => {
    const { path } = newFile()
    let holders = 0
    let most = 0
    const work = async () => {
      for (let round = 0; round < 5; round++) {
        const held = new LockFile(path, GRACE)
        await held.acquire()
        most = Math.max(most, ++holders)
        await new Promise((resolve) => setImmediate(resolve))
        holders--
        await held.release()
      }
    }
    await Promise.all(Array.from({ length: 8 }, work))
    assert.equal(most, 1)
  })

  it('of a journal with the longest name is released', async () => {
    const path = join(root(), `${'a'.repeat(240)}.jsonl`)
    const journal = await openJournal(path, STUDY)
    await journal.append(batchOf(0, 3))
    assert.ok(!existsSync(`${path}.lock`))
    assert.deepStrictEqual((await readJournal(path)).trials, trialsUpTo(3))
  })

  it('that a killed process left does not stop the next append', async () => {
    for (const make of Object.values(kinds)) {
      const { path, lock } = newFile()
      make(path, lock)
      const warnings = await warningsOf(async () => {
        const journal = await openJournal(path, STUDY, { grace: 20 })
        await journal.append(batchOf(0, 3))
      })
      assert.equal(warnings.length, 1)
      assert.deepStrictEqual((await readJournal(path)).trials, trialsUpTo(3))
      assert.ok(!existsSync(lock))
    }
  })
})
