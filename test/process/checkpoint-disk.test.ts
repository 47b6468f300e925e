/** Checkpoints on disks that are full, and in folders that may not be written to. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { execPath, platform } from 'node:process'
import { readCheckpointSync } from '#lib/training/checkpoint/read.js'
import { CheckpointWriter } from '#lib/training/checkpoint/write.js'
import { contentOf, countOf, filesIn, writeAll } from '../support/checkpoints.js'
import { ROOT, script } from '../support/child.js'
import { errorOf } from '../support/error-of.js'
import { folderOf } from '../support/folder.js'

const posix = platform !== 'win32'

/** Source that writes a checkpoint of 20,000 values in both ways, and prints the errors. */
const writing = (path: string) => `
  import { CheckpointWriter } from '#lib/training/checkpoint/write.js'
  import { contentOf } from './out/test/support/checkpoints.js'
  // Root may write anywhere.
  if (process.env.AS_OTHER === 'yes' && process.getuid() === 0) process.seteuid(5432)
  const writer = new CheckpointWriter(${JSON.stringify(path)}, 2)
  const shown = ({ code, message }) => console.log(code, message)
  await writer.write(contentOf(2, 20_000)).catch(shown)
  try {
    writer.writeSync(contentOf(3, 20_000))
  } catch (error) {
    shown(error)
  }`

const linesOf = (stdout: string) => stdout.trim().split('\n')

describe('a checkpoint that cannot be written', () => {
  const root = folderOf()

  function newFolder(name: string): string {
    chmodSync(root(), 0o755)
    const here = join(root(), name)
    mkdirSync(here)
    return here
  }

  it('because the disk is full leaves the checkpoints before it, no other file, and room for the next', async function () {
    const here = newFolder('full')
    // Only root may mount, and not in every container.
    const mounted = posix && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', here]).status === 0
    if (!mounted) this.skip()
    try {
      const path = join(here, 'run.ckpt')
      writeAll(path, 2, [1, 2])
      const before = filesIn(here)
      const writer = new CheckpointWriter(path, 2)
      for (const write of [() => writer.write(contentOf(3, 40_000)), () => writer.writeSync(contentOf(3, 40_000))]) {
        const error = (await errorOf(write)) as NodeJS.ErrnoException
        assert.equal(error.code, 'ENOSPC')
        assert.equal(
          error.message,
          `The checkpoint ${path} cannot be written: ENOSPC: no space left on device, write. ` +
            'The checkpoints before it are unchanged. Free some space, or choose a path on another disk.',
        )
        assert.deepEqual(filesIn(here), before)
        assert.equal(countOf(readCheckpointSync(path, 2)!.content), 2)
      }
      await writer.write(contentOf(4, 10_000))
      assert.equal(countOf(readCheckpointSync(path, 2)!.content), 4)
    } finally {
      assert.equal(spawnSync('umount', [here]).status, 0)
    }
  })

  it('because files may not be as large leaves the checkpoints before it, and no other file', function () {
    if (!posix) this.skip()
    const here = newFolder('large')
    const path = join(here, 'run.ckpt')
    writeAll(path, 2, [1])
    const before = filesIn(here)
    const limited = ['-c', 'ulimit -f 64; exec "$0" --input-type=module --eval "$1"', execPath, writing(path)]
    const { stdout, stderr } = spawnSync('sh', limited, { cwd: ROOT, encoding: 'utf8' })
    const lines = linesOf(stdout)
    assert.equal(lines.length, 2, stderr)
    for (const line of lines) {
      assert.match(
        line,
        /^EFBIG The checkpoint .* cannot be written: EFBIG: file too large, write\. .* raise the limit/,
      )
    }
    assert.deepEqual(filesIn(here), before)
  })

  it('because its folder is read-only leaves the checkpoints before it, and no other file', function () {
    if (!posix) this.skip()
    const here = newFolder('closed')
    const path = join(here, 'run.ckpt')
    writeAll(path, 2, [1])
    const before = filesIn(here)
    chmodSync(here, 0o555)
    const { stdout, stderr } = script(writing(path), { variables: { AS_OTHER: 'yes' } })
    chmodSync(here, 0o755)
    const lines = linesOf(stdout)
    assert.equal(lines.length, 2, stderr)
    for (const line of lines) {
      assert.match(
        line,
        /^EACCES The checkpoint .* cannot be written: EACCES: .* are unchanged\. Choose a path that this/,
      )
    }
    assert.deepEqual(filesIn(here), before)
  })

  it('and one that may not be read are errors that say so', function () {
    if (!posix) this.skip()
    const here = newFolder('secret')
    const path = join(here, 'run.ckpt')
    writeAll(path, 2, [1, 2])
    chmodSync(path, 0)
    const source = `
      import { readCheckpoint, readCheckpointSync } from '#lib/training/checkpoint/read.js'
      if (process.getuid() === 0) process.seteuid(5432)
      const path = ${JSON.stringify(path)}
      await readCheckpoint(path, 2).catch(({ code, message }) => console.log(code, message))
      try {
        readCheckpointSync(path, 2)
      } catch ({ code, message }) {
        console.log(code, message)
      }`
    const { stdout, stderr } = script(source)
    const lines = linesOf(stdout)
    assert.equal(lines.length, 2, stderr)
    for (const line of lines) {
      assert.match(
        line,
        /^EACCES The checkpoint .* cannot be read: EACCES: .* Nothing was changed\. Choose a path that this/,
      )
    }
  })
})
