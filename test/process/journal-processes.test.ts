/** Several processes that append to one journal at random moments, and are killed. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openJournal, readJournal } from '#lib/search/journal/index.js'
import { started } from '../support/child.js'
import { DRAWS_ALL } from '../support/drawn.js'
import { folderOf } from '../support/folder.js'
import { batchOf, linesIn, STUDY, trialsUpTo } from '../support/journals.js'

const BATCHES = 12
const SIZE = 50
/** The milliseconds for which a killed process may leave its lock. */
const GRACE = 3000

describe('a journal of several processes', () => {
  const root = folderOf()

  const startedAt = (path: string, first: number, batches = BATCHES) =>
    started('journal-program', path, ...[batches, SIZE, GRACE, first].map(String))

  for (const count of [2, 4]) {
    it(`has each trial of ${count} processes once, in whole lines`, async () => {
      const path = join(root(), `${count}.jsonl`)
      const children = await Promise.all(
        Array.from({ length: count }, (_, i) => startedAt(path, (i * BATCHES) / count)),
      )
      let added = 0
      for (const { ended } of children) {
        const { status, stdout, stderr } = await ended
        assert.equal(status, 0, stderr)
        added += stdout.split('\n').reduce((sum, line) => sum + Number(line), 0)
      }
      assert.equal(added, BATCHES * SIZE)
      const { trials, batches } = await readJournal(path)
      assert.deepStrictEqual(trials, trialsUpTo(BATCHES * SIZE))
      assert.equal(batches.length, BATCHES)
      assert.equal(linesIn(path).length, BATCHES * SIZE + 3)
      assert.ok(!existsSync(`${path}.lock`))
    }).timeout(300_000)
  }

  it('is whole whenever one of them is killed, and continued by the others', async () => {
    const path = join(root(), 'killed.jsonl')
    const kills = DRAWS_ALL ? 20 : 4
    const batches = 40
    for (let kill = 0; kill < kills; kill++) {
      const children = await Promise.all([startedAt(path, kill, batches), startedAt(path, kill + 20, batches)])
      await delay(200 * Math.random())
      for (const child of children) child.kill()
      for (const { ended } of children) assert.equal((await ended).stderr, '')
      const { trials } = await readJournal(path)
      // Every trial is as it was written.
      const expected = trialsUpTo(batches * SIZE)
      assert.deepStrictEqual(
        trials,
        trials.map(({ number }) => expected[number]),
      )
    }
    const journal = await openJournal(path, STUDY, { grace: GRACE })
    for (let number = 0; number < batches; number++) await journal.append(batchOf(number, SIZE))
    assert.deepStrictEqual((await readJournal(path)).trials, trialsUpTo(batches * SIZE))
    for (const line of linesIn(path)) JSON.parse(line.replaceAll(/:(-?Infinity|NaN)\b/g, ':0'))
  }).timeout(300_000)
})
