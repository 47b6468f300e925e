/** The files of checkpoints: which of them are kept, read and removed, whatever was damaged. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { platform } from 'node:process'
import { temporaryName } from '#lib/files/temporary.js'
import { readCheckpoint, readCheckpointSync } from '#lib/training/checkpoint/read.js'
import { CheckpointWriter } from '#lib/training/checkpoint/write.js'
import { contentOf, countOf, countsAt, filesIn, writeAll } from '../support/checkpoints.js'
import { script } from '../support/child.js'
import { folderOf } from '../support/folder.js'
import { rowTests } from '../support/rows.js'

const posix = platform !== 'win32'

describe('the files of checkpoints', () => {
  const root = folderOf()
  let last = 0

  /** The path of a checkpoint in a new folder. */
  function newPath(): { here: string; path: string } {
    const here = join(root(), `folder${last++}`)
    mkdirSync(here)
    return { here, path: join(here, 'run.ckpt') }
  }

  it('are the newest ones, as many as keep says, and no others', async () => {
    for (const keep of [1, 2, 3, 5]) {
      const { here, path } = newPath()
      assert.equal(readCheckpointSync(path, keep), null)
      assert.equal(await readCheckpoint(path, keep), null)
      const writer = new CheckpointWriter(path, keep)
      for (let count = 1; count <= 7; count++) {
        if (count % 2 === 0) await writer.write(contentOf(count))
        else writer.writeSync(contentOf(count))
        const expected = Array.from({ length: keep }, (_, age) => (count > age ? count - age : null))
        assert.deepEqual(countsAt(path, keep), expected)
      }
      assert.equal(readdirSync(here).length, keep)
    }
  })

  it('are written in the order of the calls of an asynchronous writer, also after one that failed', async () => {
    const { here, path } = newPath()
    const writer = new CheckpointWriter(path, 3)
    const wrong = { ...contentOf(2), arrays: null as never }
    const results = await Promise.allSettled(
      [contentOf(1), wrong, contentOf(3), contentOf(4)].map((one) => writer.write(one)),
    )
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    )
    assert.deepEqual(countsAt(path, 3), [4, 3, 1])
    assert.equal(readdirSync(here).length, 3)
  })

  it('are read from the newest whole one, and each damaged one is named', async () => {
    const { path } = newPath()
    writeAll(path, 3, [1, 2, 3])
    writeFileSync(path, 'x'.repeat(100))
    const found = await readCheckpoint(path, 3)
    assert.deepEqual([countOf(found!.content), found!.path], [2, `${path}.1`])
    assert.deepEqual(found!.damaged, [{ path, reason: 'it is not a checkpoint of lockstep-nn' }])
    writeFileSync(`${path}.1`, '')
    assert.equal(countOf(readCheckpointSync(path, 3)!.content), 1)
    writeFileSync(`${path}.2`, 'x')
    const before = filesIn(join(path, '..'))
    const message =
      `No checkpoint can be read. ${path} is damaged: it is not a checkpoint of lockstep-nn. ` +
      `${path}.1 is damaged: it has 0 bytes, fewer than any checkpoint. ` +
      `${path}.2 is damaged: it has 1 bytes, fewer than any checkpoint. ` +
      'Delete them to train from the beginning, or give checkpoint.path another name. Nothing was changed.'
    await assert.rejects(readCheckpoint(path, 3), { message })
    assert.deepEqual(filesIn(join(path, '..')), before)
  })

  it('before a damaged one stay where they are when the next one is written', async () => {
    const { path } = newPath()
    writeAll(path, 3, [1, 2, 3])
    writeFileSync(path, 'damaged')
    writeAll(path, 3, [4])
    assert.deepEqual(countsAt(path, 3), [4, 2, 1])
    // Also if the damage is of a file that the same writer wrote.
    const writer = new CheckpointWriter(path, 3)
    await writer.write(contentOf(5))
    writeFileSync(path, 'damaged again')
    await writer.write(contentOf(6))
    assert.deepEqual(countsAt(path, 3), [6, 4, 2])
  })

  it('close the gap of a write that was interrupted, and lose none', () => {
    const { path } = newPath()
    writeAll(path, 3, [1, 2, 3])
    rmSync(`${path}.2`)
    renameSync(`${path}.1`, `${path}.2`)
    renameSync(path, `${path}.1`)
    assert.equal(countOf(readCheckpointSync(path, 3)!.content), 3)
    writeAll(path, 3, [4])
    assert.deepEqual(countsAt(path, 3), [4, 3, 2])
    rmSync(`${path}.1`)
    writeAll(path, 3, [5])
    assert.deepEqual(countsAt(path, 3), [5, 4, 2])
  })

  it('have the mode of the file before, also where a write was interrupted, and otherwise the default mode', function () {
    if (!posix) this.skip()
    const { here, path } = newPath()
    const mode = () => statSync(path).mode & 0o777
    writeFileSync(join(here, 'other'), '')
    writeAll(path, 2, [1])
    assert.equal(mode(), statSync(join(here, 'other')).mode & 0o777)
    for (const chosen of [0o600, 0o640, 0o444]) {
      chmodSync(path, chosen)
      writeAll(path, 2, [2])
      assert.equal(mode(), chosen)
      renameSync(path, `${path}.1`)
      writeAll(path, 2, [3])
      assert.equal(mode(), chosen)
    }
  })

  it('are those that a symbolic link leads to', async function () {
    if (!posix) this.skip()
    const { here, path } = newPath()
    mkdirSync(join(here, 'far'))
    symlinkSync('far/real.ckpt', path)
    writeAll(path, 2, [1, 2])
    assert.ok(lstatSync(path).isSymbolicLink())
    assert.deepEqual(readdirSync(join(here, 'far')), ['real.ckpt', 'real.ckpt.1'])
    writeFileSync(join(here, 'far', 'real.ckpt'), 'damaged')
    assert.equal(countOf((await readCheckpoint(path, 2))!.content), 1)
  })

  it('that no process writes any more are removed by the next writer, and all others stay', async () => {
    const { here, path } = newPath()
    const ended = Number(script('console.log(process.pid)').stdout)
    const own = temporaryName(path)
    const [, machine] = /\.([0-9a-f]{8})-\d+-[0-9a-f]{16}\.tmp$/.exec(own)!
    const name = (host: string, id: number, of = path) =>
      `${join(of, '..')}/.${of.slice(here.length + 1)}.${host}-${id}-${randomBytes(8).toString('hex')}.tmp`
    const long = join(here, 'n'.repeat(200))
    const ago = (file: string, seconds: number) =>
      utimesSync(file, Date.now() / 1000 - seconds, Date.now() / 1000 - seconds)
    const removed = [name(machine, ended), name('00000000', 1), name(machine, process.ppid), name(machine, process.pid)]
    const kept = [
      own,
      name('00000000', 1),
      name(machine, process.ppid),
      name(machine, ended, `${path}.1`),
      name(machine, ended, join(here, 'run')),
      join(here, '.run.ckpt.tmp'),
      join(here, `.run.ckpt.${machine}-${ended}.tmp`),
      temporaryName(long),
    ]
    for (const file of [...removed, ...kept]) writeFileSync(file, 'left')
    // No one has written to it for an hour; a process of this number that started later.
    for (const file of removed.slice(1, 3)) ago(file, 3700)
    ago(removed[3], 3599)
    for (const file of kept.slice(1, 3)) ago(file, 3500)
    mkdirSync(name(machine, ended))
    assert.ok(kept.every((file) => file.slice(here.length + 1).length <= 255))
    const folders = readdirSync(here).length
    await new CheckpointWriter(path, 1).write(contentOf(1))
    assert.deepEqual(removed.filter(existsSync), [])
    assert.deepEqual(
      kept.filter((file) => !existsSync(file)),
      [],
    )
    assert.equal(readdirSync(here).length, folders - removed.length + 1)
  })

  const row = rowTests()
  const unreadable: Record<string, (path: string) => void> = {
    'a folder': (path) => mkdirSync(path),
    'a folder in place of the file before': (path) => {
      writeFileSync(path, 'damaged')
      mkdirSync(`${path}.1`)
    },
    'a folder that does not exist': (path) => rmSync(join(path, '..'), { recursive: true }),
    'a file in place of its folder': (path) => {
      rmSync(join(path, '..'), { recursive: true })
      writeFileSync(join(path, '..'), '')
    },
  }
  for (const [what, make] of Object.entries(unreadable)) {
    row('are refused where they cannot be read or written', what, async () => {
      const { path } = newPath()
      make(path)
      const expected =
        what.includes('exist') || what.includes('its folder')
          ? /^Error: The checkpoint .*run\.ckpt cannot be read: ENO.* Its folder/
          : /^RangeError: Expected a regular file.*run\.ckpt(\.1)?\)? but received a/
      await assert.rejects(readCheckpoint(path, 2), expected)
      assert.throws(() => readCheckpointSync(path, 2), expected)
      if (what.includes('before')) return
      const writer = new CheckpointWriter(path, 2)
      const failed =
        /cannot be written: E(NOENT|NOTDIR).* The checkpoints before it are unchanged\. Its folder|RangeError: Expected a regular file/
      await assert.rejects(writer.write(contentOf(1)), failed)
      assert.throws(() => writer.writeSync(contentOf(1)), failed)
    })
  }

  it('can be written again once a folder that vanished is back', async () => {
    const { here, path } = newPath()
    const writer = new CheckpointWriter(path, 2)
    await writer.write(contentOf(1))
    rmSync(here, { recursive: true })
    await assert.rejects(writer.write(contentOf(2)), { code: 'ENOENT' })
    assert.ok(!existsSync(here))
    mkdirSync(here)
    await writer.write(contentOf(3))
    assert.deepEqual(countsAt(path, 2), [3, null])
  })
})
