/** Processes that are killed while they write checkpoints. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { platform } from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { readCheckpoint, readCheckpointSync } from '#lib/training/checkpoint/read.js'
import { countOf, writeAll } from '../support/checkpoints.js'
import { started } from '../support/child.js'
import { DRAWS_ALL } from '../support/drawn.js'
import { folderOf } from '../support/folder.js'

/** In each of the four cases. */
const KILLS = DRAWS_ALL ? 50 : 4
/** After the first checkpoint of a process: it writes some in this time, in milliseconds. */
const MAX_DELAY = 40

/** Runs a process that writes checkpoints from this number on, kills it, and returns the number of the last one it printed. */
async function killedWriter(path: string, keep: number, first: number, isAsync: boolean): Promise<number> {
  const child = await started('checkpoint-program', path, String(keep), String(first), String(isAsync))
  await delay(MAX_DELAY * Math.random())
  child.kill()
  const { signal, stdout, stderr } = await child.ended
  assert.equal(stderr, '')
  if (platform !== 'win32') assert.equal(signal, 'SIGKILL')
  // A number that was printed only in part is missing.
  return Number(stdout.split('\n').at(-2))
}

describe('a process that is killed while it writes checkpoints', () => {
  const root = folderOf()

  for (const isAsync of [false, true]) {
    for (const keep of [1, 3]) {
      const how = isAsync ? 'asynchronously' : 'synchronously'
      it(`leaves the last whole one or a newer one, and the next process continues: ${how}, keep ${keep}`, async () => {
        const here = join(root(), `${how}${keep}`)
        mkdirSync(here)
        const path = join(here, 'run.ckpt')
        let first = 1
        for (let kill = 0; kill < KILLS; kill++) {
          const last = await killedWriter(path, keep, first, isAsync)
          assert.ok(last >= first, `kill ${kill}: ${last} after ${first}`)
          const found = isAsync ? await readCheckpoint(path, keep) : readCheckpointSync(path, keep)
          const count = countOf(found!.content)
          assert.deepEqual(found!.damaged, [])
          assert.ok(count === last || count === last + 1, `kill ${kill}: ${count} after ${last}`)
          // At most the one temporary file of the process that was killed: each removed that of the process before it.
          assert.ok(readdirSync(here).length <= keep + 1, readdirSync(here).join())
          first = count + 1
        }
        writeAll(path, keep, [first])
        const expected = Array.from({ length: keep }, (_, age) => (age === 0 ? 'run.ckpt' : `run.ckpt.${age}`))
        assert.deepEqual(readdirSync(here).sort(), expected)
      }).timeout(300_000)
    }
  }
})
