/** The files of checkpoints wherever a write ends: between any two operations, or in one that fails. */
import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { platform } from 'node:process'
import { type Files, type OpenFile, syncFiles } from '#lib/files/file-system.js'
import { runStepsSync } from '#lib/files/steps.js'
import { readCheckpointSync } from '#lib/training/checkpoint/read.js'
import { CheckpointWriter } from '#lib/training/checkpoint/write.js'
import { contentOf, countOf, countsAt, writeAll } from '../support/checkpoints.js'
import { folderOf } from '../support/folder.js'

const posix = platform !== 'win32'

/** Files whose operations are counted: `failing` fails as on a broken disk, and so do those after it where all of them do. */
function failingFiles(failing: number, all: boolean): { files: Files; count: () => number } {
  let count = 0
  const counted = <Wrapped extends object>(target: Wrapped, names: readonly string[]): Wrapped =>
    new Proxy(target, {
      get(object, name) {
        const method = Reflect.get(object, name) as (...given: unknown[]) => unknown
        if (!names.includes(String(name))) return method
        return (...given: unknown[]) => {
          const now = count++
          if (now === failing || (all && now > failing))
            throw Object.assign(new Error(`EDISK: ${String(name)}`), { code: 'EDISK' })
          const result = method(...given)
          return name === 'open' ? counted(result as OpenFile, ['write', 'stat', 'chmod', 'chown', 'sync']) : result
        }
      },
    })
  return { files: counted(syncFiles, ['open', 'rename', 'stat', 'list']), count: () => count }
}

describe('the files of checkpoints that a write did not complete', () => {
  const root = folderOf()
  let last = 0

  /** Writes the checkpoints 1 to 5; returns a function that copies their files to a new folder. */
  function prepared(keep: number): () => { here: string; path: string } {
    const original = join(root(), `original${last++}`)
    mkdirSync(original)
    writeAll(join(original, 'run.ckpt'), keep, [1, 2, 3, 4, 5])
    return () => {
      const here = join(root(), `folder${last++}`)
      cpSync(original, here, { recursive: true })
      return { here, path: join(here, 'run.ckpt') }
    }
  }

  it('hold a whole checkpoint wherever a write ends, between any two operations', () => {
    for (const keep of [1, 2, 4]) {
      const copied = prepared(keep)
      for (const damaged of keep === 1 ? [false] : [false, true]) {
        for (let operations = 1, ended = false; !ended; operations++) {
          const { here, path } = copied()
          if (damaged) writeFileSync(path, 'damaged')
          // Steps that are never resumed, as of a killed process: nothing is cleaned up.
          const steps = new CheckpointWriter(path, keep).steps(syncFiles, contentOf(6, 1000))
          let step = steps.next()
          for (let i = 1; i < operations && !step.done; i++) step = steps.next(step.value)
          ended = step.done === true
          const what = `keep ${keep}, ${operations} operations`
          const found = countOf(readCheckpointSync(path, keep)!.content)
          const expected = ended ? [6] : damaged ? [4, 6] : [5, 6]
          assert.ok(expected.includes(found), `${what}: ${found}`)
          // The next fit reads and writes as if nothing had happened.
          writeAll(path, keep, [7])
          const counts = countsAt(path, keep)
          assert.deepEqual(counts.slice(0, 2), [7, found].slice(0, keep), what)
          assert.ok(
            counts.every((count) => count !== null),
            what,
          )
          if (ended) assert.ok(operations > 10 && readdirSync(here).length === keep, `${operations} operations`)
        }
      }
    }
  }).timeout(120_000)

  it('are unchanged, and no other file is left, whichever operation fails', () => {
    for (const keep of [1, 3]) {
      const copied = prepared(keep)
      for (const all of [false, true]) {
        for (let failing = 0, ended = false; !ended; failing++) {
          const { here, path } = copied()
          if (posix) chmodSync(path, 0o640)
          const writer = new CheckpointWriter(path, keep)
          const { files, count } = failingFiles(failing, all)
          const what = `keep ${keep}, operation ${failing}`
          let written = true
          try {
            runStepsSync(writer.steps(files, contentOf(6, 100)))
          } catch (error) {
            written = false
            const { message, code } = error as NodeJS.ErrnoException
            assert.equal(code, 'EDISK', what)
            assert.match(
              message,
              /^The checkpoint .* cannot be written: EDISK: \w+\. The checkpoints before it are unchanged\.$/,
            )
          }
          ended = count() <= failing
          const found = readCheckpointSync(path, keep)!
          assert.equal(countOf(found.content), written ? 6 : 5, what)
          assert.equal(readdirSync(here).filter((name) => name.endsWith('.tmp')).length, 0, what)
          writer.writeSync(contentOf(7))
          assert.deepEqual(countsAt(path, keep).slice(0, 2), [7, written ? 6 : 5].slice(0, keep), what)
          if (ended) assert.ok(failing > 8, `${failing} operations`)
        }
      }
    }
  }).timeout(120_000)
})
