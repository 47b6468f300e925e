/** Journals that were cut off anywhere: they are read, and continued to the same content. */
import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openJournal, readJournal } from '#lib/search/journal/index.js'
import { DRAWS_ALL } from '../support/drawn.js'
import { folderOf } from '../support/folder.js'
import { batchOf, copyOf, linesIn, STUDY, trialsUpTo } from '../support/journals.js'

const BATCHES = 2
const SIZE = 2
/** The lines before the first trial. */
const HEADER = 3

const lineCount = (bytes: Uint8Array): number => bytes.filter((byte) => byte === 0x0a).length

describe('a journal that was cut off', () => {
  const root = folderOf()
  let whole = ''

  before(async () => {
    whole = join(root(), 'whole.jsonl')
    const journal = await openJournal(whole, STUDY)
    for (let number = 0; number < BATCHES; number++) await journal.append(batchOf(number, SIZE))
  })

  it('at any byte has the trials of its whole lines', async () => {
    const bytes = readFileSync(whole)
    const path = copyOf(whole, 'read')
    for (let end = bytes.length; end >= 0; end--) {
      truncateSync(path, end)
      const count = lineCount(bytes.subarray(0, end))
      // The plan is in the second line.
      if (count < 2) await assert.rejects(readJournal(path), /has no study of lockstep-nn/)
      else
        assert.deepStrictEqual(
          (await readJournal(path)).trials,
          trialsUpTo(Math.max(count - HEADER, 0)),
          `cut at ${end}`,
        )
    }
  }).timeout(300_000)

  it('anywhere is continued to the content of a whole one', async () => {
    const bytes = readFileSync(whole)
    const path = copyOf(whole, 'cut')
    const expected = await readJournal(whole)
    const cuts = Array.from({ length: bytes.length + 1 }, (_, i) => i)
    const nearEnds = (i: number) => lineCount(bytes.subarray(i - 1, i + 2)) > 0
    for (const end of cuts.filter((i) => i % (DRAWS_ALL ? 11 : 97) === 0 || nearEnds(i))) {
      writeFileSync(path, bytes.subarray(0, end))
      const journal = await openJournal(path, STUDY)
      const { trials, batches } = await journal.read()
      // A whole line that lacks only its end gets it.
      const count = Math.max(lineCount(bytes.subarray(0, end + 1)) - HEADER, 0)
      assert.deepStrictEqual(trials, trialsUpTo(count), `cut at ${end}`)
      assert.equal(batches.length, Math.floor(count / SIZE))
      let added = 0
      for (let number = 0; number < BATCHES; number++) added += (await journal.append(batchOf(number, SIZE))).added
      assert.equal(added, BATCHES * SIZE - count, `cut at ${end}`)
      assert.deepStrictEqual(await readJournal(path), expected, `cut at ${end}`)
      for (const line of linesIn(path)) assert.ok(line.startsWith('{"op_code":'), `cut at ${end}`)
    }
  }).timeout(600_000)

  it('is read without being changed', async () => {
    const path = copyOf(whole, 'read')
    truncateSync(path, readFileSync(path).length - 10)
    const before = readFileSync(path)
    const { trials } = await readJournal(path)
    assert.deepStrictEqual(trials, trialsUpTo(BATCHES * SIZE - 1))
    assert.deepEqual(readFileSync(path), before)
  })

  it('by a loss of power, which leaves zeros, is continued', async () => {
    for (const end of ['\0\0\0\0', '{"op_code":4,"wor\0\0\0', '\0'.repeat(300_000)]) {
      const path = copyOf(whole, 'zeros')
      appendFileSync(path, end)
      assert.deepStrictEqual((await readJournal(path)).trials, trialsUpTo(BATCHES * SIZE))
      const journal = await openJournal(path, STUDY)
      await journal.append(batchOf(BATCHES, SIZE))
      assert.deepStrictEqual((await readJournal(path)).trials, trialsUpTo(BATCHES * SIZE + SIZE))
    }
  })

  it('while another process has it open is continued by that process', async () => {
    const path = copyOf(whole, 'open')
    const journal = await openJournal(path, STUDY)
    appendFileSync(path, '{"op_code":4,"worker_id":"killed","stu')
    assert.deepStrictEqual((await journal.read()).trials, trialsUpTo(BATCHES * SIZE))
    assert.equal((await journal.append(batchOf(BATCHES, SIZE))).added, SIZE)
    assert.deepStrictEqual((await readJournal(path)).trials, trialsUpTo(BATCHES * SIZE + SIZE))
  })
})
